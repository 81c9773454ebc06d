// The contracts of CredentialStore and AuditLog, for one user at a time.
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "conformance/account_stores.hpp"

namespace pollux::conformance {
namespace {

using namespace std::chrono_literals;
using accounts::Account;
using accounts::AccountErrorCode;
using accounts::ApiKey;
using accounts::SecretHash;
using accounts::Session;
using testing::ElementsAre;

class CredentialStoreConformance : public AccountStoresTest {};
class AuditLogConformance : public AccountStoresTest {};

SecretHash new_secret() {
  return SecretHash::of(accounts::make_api_key());
}

TEST_P(CredentialStoreConformance, FindsASessionWithItsAccount) {
  const Account ann = set_up();
  Session begun = session(ann.id, today + 3s);
  begun.seen_at = today + 2s;
  begun.authenticated_at = today + 1s;
  ASSERT_TRUE(credentials().start_session(begun, 1, {}, event("signed in")));
  const accounts::SessionAndAccount found = credentials().find_session(begun.token).value();
  EXPECT_EQ(found.session, begun);
  EXPECT_EQ(found.account, ann);
  EXPECT_EQ(subject_->connect().credential_store->find_session(begun.token).value().session, begun);
  EXPECT_EQ(error_of(credentials().find_session(new_secret())), AccountErrorCode::not_found);
  EXPECT_EQ(events().front(), "signed in");
}

TEST_P(CredentialStoreConformance, BeginsNoSessionOfAChangedAccount) {
  const Account ann = set_up();
  const Session late = session(ann.id);
  ASSERT_TRUE(store().change(ann.id, 1, {.password = "$argon2id$ new"}, event()));
  EXPECT_EQ(error_of(credentials().start_session(late, 1, {}, event())), AccountErrorCode::conflict);
  EXPECT_EQ(error_of(credentials().find_session(late.token)), AccountErrorCode::not_found);
  EXPECT_EQ(error_of(credentials().start_session(session(owner().id), 1, {}, event())),
            AccountErrorCode::conflict)
      << "an account that was removed";
}

TEST_P(CredentialStoreConformance, ReplacesTheSessionOfTheBrowser) {
  const Account ann = set_up();
  const Account bob = create(account("Bob"));
  const Session before = started(bob);
  const Session after = session(ann.id);
  ASSERT_TRUE(credentials().start_session(after, 1, before.token, event()));
  EXPECT_EQ(error_of(credentials().find_session(before.token)), AccountErrorCode::not_found);
  EXPECT_TRUE(credentials().find_session(after.token));
}

TEST_P(CredentialStoreConformance, EndsTheSessionSeenLongestAgoBeyondTheLimit) {
  const Account ann = set_up();
  const Account bob = create(account("Bob"));
  const Session of_bob = started(bob);
  std::vector<Session> sessions;
  for (std::size_t n = 0; n < accounts::CredentialStore::max_sessions; ++n)
    sessions.push_back(started(ann, today + std::chrono::minutes(n)));
  ASSERT_TRUE(credentials().mark_seen(sessions.at(0).token, today + 5h));
  for (const Session& each : sessions) EXPECT_TRUE(credentials().find_session(each.token));
  started(ann, today + 6h);
  EXPECT_TRUE(credentials().find_session(sessions.at(0).token));
  EXPECT_EQ(error_of(credentials().find_session(sessions.at(1).token)), AccountErrorCode::not_found);
  EXPECT_TRUE(credentials().find_session(sessions.at(2).token));
  EXPECT_TRUE(credentials().find_session(of_bob.token)) << "another account's";
}

TEST_P(CredentialStoreConformance, MarksASessionAsSeen) {
  const Session begun = started(set_up());
  ASSERT_TRUE(credentials().mark_seen(begun.token, today + 5min));
  EXPECT_EQ(credentials().find_session(begun.token).value().session.seen_at, today + 5min);
  ASSERT_TRUE(credentials().mark_seen(begun.token, today + 4min));
  EXPECT_EQ(credentials().find_session(begun.token).value().session.seen_at, today + 5min) << "never earlier";
  EXPECT_TRUE(credentials().mark_seen(new_secret(), today)) << "it has ended";
}

TEST_P(CredentialStoreConformance, EndsASession) {
  const Account ann = set_up();
  const Session begun = started(ann);
  const Session other = started(ann);
  ASSERT_TRUE(credentials().end_session(begun.token, event("signed out")));
  EXPECT_EQ(error_of(credentials().find_session(begun.token)), AccountErrorCode::not_found);
  EXPECT_TRUE(credentials().find_session(other.token));
  EXPECT_EQ(error_of(credentials().end_session(begun.token, event("again"))), AccountErrorCode::not_found);
  EXPECT_EQ(events().front(), "signed out");
}

TEST_P(CredentialStoreConformance, ListsTheSessionsOfAnAccount) {
  const Account ann = set_up();
  const Account bob = create(account("Bob"));
  const Session first = started(ann, today);
  const Session second = started(ann, today + 1s);
  const Session of_bob = started(bob);
  EXPECT_THAT(credentials().list_sessions(ann.id).value(), ElementsAre(second, first));
  EXPECT_THAT(credentials().list_sessions(bob.id).value(), ElementsAre(of_bob));
  EXPECT_TRUE(credentials().list_sessions(owner().id).value().empty());
}

TEST_P(CredentialStoreConformance, ErasesSessionsThatAreOver) {
  const Account ann = set_up();
  const accounts::SessionLifetime lifetime{.idle = 1h, .absolute = 24h};
  const auto now = today + 48h;
  const Session idle = started(ann, now - 1h);
  const Session lasting = started(ann, now - 1h + 1s);
  Session old = session(ann.id, now - 24h);
  old.seen_at = now;
  ASSERT_TRUE(credentials().start_session(old, 1, {}, event()));
  EXPECT_TRUE(lifetime.is_over(idle, now));
  EXPECT_FALSE(lifetime.is_over(lasting, now));
  EXPECT_TRUE(lifetime.is_over(old, now));
  EXPECT_EQ(credentials().erase_sessions(lifetime, 1, now).value(), 1U);
  EXPECT_EQ(credentials().erase_sessions(lifetime, 10, now).value(), 1U);
  EXPECT_EQ(credentials().erase_sessions(lifetime, 10, now).value(), 0U);
  EXPECT_TRUE(credentials().find_session(lasting.token));
  EXPECT_EQ(error_of(credentials().erase_sessions(lifetime, 0, now)), AccountErrorCode::invalid);
}

TEST_P(CredentialStoreConformance, FindsAKeyWithItsAccount) {
  const Account ann = set_up();
  ApiKey all = key(ann.id, "Zo\u00EB's \"import\" % \\ ';--");
  all.scopes = accounts::Scopes::all();
  all.expires_at = today + 24h;
  const SecretHash secret = new_secret();
  ASSERT_TRUE(credentials().create_key(all, secret, event("created")));
  const accounts::KeyAndAccount found = credentials().find_key(secret).value();
  EXPECT_EQ(found.key, all);
  EXPECT_EQ(found.account, ann);
  EXPECT_EQ(error_of(credentials().find_key(new_secret())), AccountErrorCode::not_found);
  EXPECT_EQ(error_of(credentials().create_key(key(owner().id), new_secret(), event())),
            AccountErrorCode::not_found);
  EXPECT_EQ(events().front(), "created");
}

TEST_P(CredentialStoreConformance, ListsTheKeysOfAnAccount) {
  const Account ann = set_up();
  const Account bob = create(account("Bob"));
  const ApiKey first = key(ann.id);
  const ApiKey second = key(ann.id);
  for (const ApiKey& each : {first, second, key(bob.id)})
    ASSERT_TRUE(credentials().create_key(each, new_secret(), event()));
  EXPECT_THAT(credentials().list_keys(ann.id).value(), ElementsAre(second, first));
  EXPECT_TRUE(credentials().list_keys(owner().id).value().empty());
}

TEST_P(CredentialStoreConformance, HasAtMostSoManyKeysOfAnAccount) {
  const Account ann = set_up();
  const Account bob = create(account("Bob"));
  for (std::size_t n = 0; n < accounts::CredentialStore::max_keys; ++n)
    ASSERT_TRUE(credentials().create_key(key(ann.id), new_secret(), event()));
  const ApiKey another = key(ann.id);
  EXPECT_EQ(error_of(credentials().create_key(another, new_secret(), event())), AccountErrorCode::full);
  EXPECT_TRUE(credentials().create_key(key(bob.id), new_secret(), event()));
  const ApiKey oldest = credentials().list_keys(ann.id).value().back();
  ASSERT_TRUE(credentials().revoke_key(ann.id, oldest.id, event()));
  EXPECT_TRUE(credentials().create_key(another, new_secret(), event()));
}

TEST_P(CredentialStoreConformance, MarksAKeyAsUsed) {
  const Account ann = set_up();
  const ApiKey made = key(ann.id);
  ASSERT_TRUE(credentials().create_key(made, new_secret(), event()));
  for (const auto at : {today + 5min, today + 4min}) ASSERT_TRUE(credentials().mark_used(made.id, at));
  EXPECT_EQ(credentials().list_keys(ann.id).value().at(0).used_at, today + 5min);
}

TEST_P(CredentialStoreConformance, RevokesAKeyOfItsAccountOnly) {
  const Account ann = set_up();
  const Account bob = create(account("Bob"));
  const ApiKey made = key(ann.id);
  const SecretHash secret = new_secret();
  ASSERT_TRUE(credentials().create_key(made, secret, event()));
  EXPECT_EQ(error_of(credentials().revoke_key(bob.id, made.id, event("stolen"))),
            AccountErrorCode::not_found);
  EXPECT_TRUE(credentials().find_key(secret));
  ASSERT_TRUE(credentials().revoke_key(ann.id, made.id, event("revoked")));
  EXPECT_EQ(error_of(credentials().find_key(secret)), AccountErrorCode::not_found);
  EXPECT_EQ(error_of(credentials().revoke_key(ann.id, made.id, event("again"))), AccountErrorCode::not_found);
  EXPECT_EQ(events().front(), "revoked");
}

TEST_P(AuditLogConformance, KeepsEveryField) {
  accounts::AuditEvent all{.at = today,
                           .account = accounts::AccountId::parse(next_id()).value(),
                           .actor = "Zo\u00EB's \"name\" % \\ ';--",
                           .key = accounts::KeyId::parse(next_id()).value(),
                           .action = std::string(accounts::action::poll_opened),
                           .poll = poll("lunch"),
                           .detail = std::string(accounts::AuditEvent::max_detail_bytes, 'x')};
  ASSERT_TRUE(log().append(all));
  const accounts::AuditEvent nothing = accounts::event_of_program("poll.future_action", "", today);
  ASSERT_TRUE(log().append(nothing));
  const accounts::AuditPage page = subject_->connect().audit_log->list({}).value();
  ASSERT_EQ(page.records.size(), 2U);
  EXPECT_EQ(page.records.at(0).event, nothing);
  EXPECT_EQ(page.records.at(1).event, all);
  EXPECT_GT(page.records.at(0).sequence, page.records.at(1).sequence);
  EXPECT_EQ(page.next, std::nullopt);
  all.detail += 'x';
  EXPECT_EQ(error_of(log().append(all)), AccountErrorCode::invalid);
}

TEST_P(AuditLogConformance, ListsPagesOfAllEventsOrOfOnePoll) {
  for (int n = 0; n < 5; ++n) {
    accounts::AuditEvent each = event(std::to_string(n));
    if (n % 2 == 0) each.poll = poll("lunch");
    ASSERT_TRUE(log().append(each));
  }
  const auto details = [&](const accounts::AuditQuery& query, std::optional<std::uint64_t>* next = nullptr) {
    const accounts::AuditPage page = log().list(query).value();
    if (next != nullptr) *next = page.next;
    std::vector<std::string> found;
    for (const auto& record : page.records) found.push_back(record.event.detail);
    return found;
  };
  std::optional<std::uint64_t> next;
  EXPECT_THAT(details({.limit = 2}, &next), ElementsAre("4", "3"));
  EXPECT_THAT(details({.before = next, .limit = 3}, &next), ElementsAre("2", "1", "0"));
  EXPECT_EQ(next, std::nullopt);
  EXPECT_THAT(details({.poll = poll("lunch"), .limit = 2}, &next), ElementsAre("4", "2"));
  EXPECT_THAT(details({.poll = poll("lunch"), .before = next, .limit = 2}, &next), ElementsAre("0"));
  EXPECT_EQ(next, std::nullopt);
  EXPECT_TRUE(details({.poll = poll("dinner")}).empty());
  EXPECT_EQ(error_of(log().list({.limit = 0})), AccountErrorCode::invalid);
  EXPECT_EQ(error_of(log().list({.limit = accounts::AuditQuery::max_limit + 1})), AccountErrorCode::invalid);
}

TEST_P(AuditLogConformance, ErasesOldEventsOnly) {
  const accounts::AccountTime long_ago = std::chrono::sys_days(2020y / 1 / 1);
  for (const auto at : {long_ago, long_ago + 1h, long_ago + 2h, today}) {
    ASSERT_TRUE(log().append(event(at == today ? "today" : "old", at)));
  }
  EXPECT_EQ(error_of(log().erase_before(today - 719h, 10, today)), AccountErrorCode::invalid);
  EXPECT_EQ(error_of(log().erase_before(long_ago, 0, today)), AccountErrorCode::invalid);
  EXPECT_EQ(log().erase_before(long_ago + 2h, 1, today).value(), 1U);
  EXPECT_EQ(log().erase_before(long_ago + 2h, 10, today).value(), 1U);
  EXPECT_EQ(log().erase_before(today - 720h, 10, today).value(), 1U);
  EXPECT_EQ(log().erase_before(today - 720h, 10, today).value(), 0U);
  EXPECT_THAT(events(), ElementsAre("today"));
}

INSTANTIATE_TEST_SUITE_P(, CredentialStoreConformance, testing::ValuesIn(account_stores()),
                         [](const auto& tested) { return tested.param.name; });
INSTANTIATE_TEST_SUITE_P(, AuditLogConformance, testing::ValuesIn(account_stores()),
                         [](const auto& tested) { return tested.param.name; });

}  // namespace
}  // namespace pollux::conformance
