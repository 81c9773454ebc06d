// The adapters on PostgreSQL, each with a fresh database on a server of this test.
#include <chrono>
#include <cstddef>
#include <memory>
#include <mutex>
#include <span>
#include <utility>

#include "conformance/account_stores.hpp"
#include "conformance/current_tallies.hpp"
#include "conformance/subjects.hpp"
#include "feed/postgres_tally_feed.hpp"
#include "feed/postgres_tally_publisher.hpp"
#include "postgres/testing/postgres_server.hpp"
#include "store/postgres_schema.hpp"
#include "store/postgres_sql_database.hpp"
#include "store/postgres_tally_reader.hpp"
#include "store/postgres_vote_recorder.hpp"
#include "store/testing/recorded_votes.hpp"

namespace pollux::conformance {
namespace {

postgres::TestServer& server() {
  static postgres::TestServer started;
  return started;
}

class PostgresSubject : public VoteStoreSubject {
 public:
  explicit PostgresSubject(int slots) : options_{.session = {}, .slots = slots} { reopen(); }

  poll::VoteRecorder& recorder() override { return *recorder_; }
  poll::TallyReader& tallies() override { return *tallies_; }
  poll::SelectionCounts recorded(const poll::PollId& poll) override { return recorded_.counts(poll); }
  poll::Version latest_version() override { return recorded_.latest_version(); }
  void reopen() override {
    recorder_.reset();
    recorder_ = store::PostgresVoteRecorder::open(url_, options_).value();
    tallies_ = std::make_unique<store::PostgresTallyReader>(url_, options_.session);
  }

 private:
  const store::PostgresVoteRecorder::Options options_;
  const postgres::Url url_ = server().fresh_database();
  std::unique_ptr<store::PostgresVoteRecorder> recorder_;
  std::unique_ptr<store::PostgresTallyReader> tallies_;
  store::PostgresRecordedVotes recorded_{url_};
};

// The database as pollux-admin uses it: with a role that owns nothing.
postgres::Url as_admin(const postgres::Url& owner) {
  return server().url(owner.parameter("dbname"), "pollux_admin", "unused");
}

class PostgresPollsSubject : public PollStoreSubject {
 public:
  std::unique_ptr<poll::PollStore> connect(const Options& options) override {
    return store::open_postgres_poll_store(as_admin(url_), {},
                                           {options.make_code, options.max_polls, options.max_logos});
  }
  poll::VoteRecorder& recorder() override { return *recorder_; }
  poll::TallyReader& tallies() override { return tallies_; }
  poll::SelectionCounts recorded(const poll::PollId& poll) override { return recorded_.counts(poll); }
  std::unique_ptr<poll::VoteReader> votes() override {
    return store::open_postgres_vote_reader(as_admin(url_), {});
  }

 private:
  const postgres::Url url_ = server().fresh_database();
  std::unique_ptr<store::PostgresVoteRecorder> recorder_ =
      store::PostgresVoteRecorder::open(url_, {.session = {}}).value();
  store::PostgresTallyReader tallies_{as_admin(url_), {}};
  store::PostgresRecordedVotes recorded_{url_};
};

class PostgresAccountsSubject : public AccountStoresSubject {
 public:
  PostgresAccountsSubject() {
    store::migrate_postgres(url_, {WaitLimit::in(std::chrono::seconds(60))}).value();
  }

  AccountStoresOfOne connect(std::size_t max_accounts) override {
    auto stores = store::open_postgres_account_stores(as_admin(url_), {}, {.max_accounts = max_accounts});
    return {std::move(stores.account_store), std::move(stores.credential_store), std::move(stores.audit_log)};
  }

 private:
  const postgres::Url url_ = server().fresh_database();
};

// The tallies are those of the test, so that it sets their versions; notifications pass the server.
class PostgresFeedSubject : public TallyFeedSubject {
 public:
  PostgresFeedSubject() { feed_.start(); }

  poll::TallyFeed& feed() override { return feed_; }

  void publish(const poll::Tally& tally, const poll::VoteTimes& times) override {
    const std::lock_guard lock(mutex_);
    tallies_.set(tally);
    const poll::ChangedPoll changed{tally.poll, times};
    publisher_.publish(std::span(&changed, 1)).value();
  }

 private:
  const postgres::Url url_ = server().fresh_database();
  std::mutex mutex_;  // the publisher is for one thread at a time
  CurrentTallies tallies_;
  feed::PostgresTallyPublisher publisher_{url_, {}};
  feed::PostgresTallyFeed feed_{url_, tallies_, {}, {}};
};

}  // namespace

std::vector<Adapter<VoteStoreSubject>> vote_stores() {
  return {{"Postgres", [] { return std::make_unique<PostgresSubject>(store::postgres_slots); }},
          {"PostgresSharedSlot", [] { return std::make_unique<PostgresSubject>(0); }}};
}

std::vector<Adapter<PollStoreSubject>> poll_stores() {
  return {{"Postgres", [] { return std::make_unique<PostgresPollsSubject>(); }}};
}

std::vector<Adapter<AccountStoresSubject>> account_stores() {
  return {{"Postgres", [] { return std::make_unique<PostgresAccountsSubject>(); }}};
}

std::vector<Adapter<TallyFeedSubject>> tally_feeds() {
  return {{"Postgres", [] { return std::make_unique<PostgresFeedSubject>(); }}};
}

}  // namespace pollux::conformance
