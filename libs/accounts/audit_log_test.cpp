#include "accounts/audit_log.hpp"

#include <string>

#include <gtest/gtest.h>

namespace pollux::accounts {
namespace {

constexpr AccountTime event_time =
    std::chrono::sys_days(std::chrono::year(2026) / 11 / 27) + std::chrono::hours(12);

Principal ann() {
  return {.account = AccountId::parse("ann").value(),
          .name = "Ann",
          .scopes = Scopes::all(),
          .key = KeyId::parse("key").value()};
}

TEST(AuditEvent, NamesWhoDidItToWhat) {
  const poll::PollId poll = poll::PollId::parse("lunch").value();
  const AuditEvent event =
      event_of(ann(), action::poll_opened, poll, "Where shall we have lunch?", event_time);
  EXPECT_EQ(event, (AuditEvent{.at = event_time,
                               .account = AccountId::parse("ann").value(),
                               .actor = "Ann",
                               .key = KeyId::parse("key").value(),
                               .action = "poll.opened",
                               .poll = poll,
                               .detail = "Where shall we have lunch?"}));
  EXPECT_TRUE(check(event));
  const AuditEvent scheduled = event_of_program(action::poll_closed, "", event_time);
  EXPECT_EQ(scheduled.account, std::nullopt);
  EXPECT_EQ(scheduled.actor, "pollux");
  EXPECT_TRUE(check(scheduled));
}

TEST(AuditEvent, CutsALongDetailBetweenCharacters) {
  const std::string longest(AuditEvent::max_detail_bytes, 'x');
  EXPECT_EQ(event_of(ann(), action::poll_edited, longest, event_time).detail, longest);
  EXPECT_EQ(event_of(ann(), action::poll_edited, longest + "x", event_time).detail,
            std::string(AuditEvent::max_detail_bytes - 3, 'x') + "\u2026");
  std::string euros;
  while (euros.size() < 1000) euros += "\u20AC";
  for (const std::string& shift : {std::string(), std::string("x"), std::string("xx")}) {
    const AuditEvent event = event_of(ann(), action::poll_edited, shift + euros, event_time);
    EXPECT_TRUE(check(event)) << event.detail;
    EXPECT_TRUE(event.detail.ends_with("\u20AC\u2026")) << event.detail;
    EXPECT_GE(event.detail.size(), AuditEvent::max_detail_bytes - 2);
  }
}

TEST(AuditEvent, ReplacesWhatIsNotPlainText) {
  EXPECT_EQ(event_of(ann(), action::poll_edited, "a\nb\x7F", event_time).detail, "a?b?");
  EXPECT_EQ(event_of(ann(), action::poll_edited, "a\xFF", event_time).detail, "a?");
  EXPECT_EQ(event_of(ann(), action::poll_edited, "Zo\u00EB", event_time).detail, "Zo\u00EB");
}

TEST(AuditEvent, IsCheckedBeforeItIsStored) {
  AuditEvent event = event_of(ann(), action::signed_in, "", event_time);
  event.action = "Signed in";
  EXPECT_FALSE(check(event));
  event.action = std::string(AuditEvent::max_action_bytes + 1, 'a');
  EXPECT_FALSE(check(event));
  event.action = "poll.future_action";
  EXPECT_TRUE(check(event)) << "of a newer version";
  event.actor = std::string(Account::max_name_bytes + 1, 'a');
  EXPECT_FALSE(check(event));
  event.actor = "Ann";
  event.detail = std::string(AuditEvent::max_detail_bytes + 1, 'a');
  EXPECT_FALSE(check(event));
}

}  // namespace
}  // namespace pollux::accounts
