// The adapters of the program for one machine.
#include <chrono>
#include <cstddef>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <utility>

#include "base/testing/temporary_directory.hpp"
#include "conformance/account_stores.hpp"
#include "conformance/current_tallies.hpp"
#include "conformance/subjects.hpp"
#include "directory/in_process_poll_directory.hpp"
#include "feed/in_process_tally_feed.hpp"
#include "queue/in_process_vote_queue.hpp"
#include "store/sqlite_sql_database.hpp"
#include "store/sqlite_vote_store.hpp"
#include "store/testing/recorded_votes.hpp"

namespace pollux::conformance {
namespace {

class SqliteSubject : public VoteStoreSubject {
 public:
  SqliteSubject() { reopen(); }

  poll::VoteRecorder& recorder() override { return *store_; }
  poll::TallyReader& tallies() override { return *store_; }
  poll::SelectionCounts recorded(const poll::PollId& poll) override {
    return store::SqliteRecordedVotes(store_->path()).counts(poll);
  }
  poll::Version latest_version() override { return store_->latest_version().value(); }
  void reopen() override {
    store_.reset();
    store_ = store::SqliteVoteStore::open(directory_.path() / "pollux.db", {}).value();
  }

 private:
  TemporaryDirectory directory_;
  std::unique_ptr<store::SqliteVoteStore> store_;
};

class SqlitePollsSubject : public PollStoreSubject {
 public:
  std::unique_ptr<poll::PollStore> connect(const Options& options) override {
    // SQLite does not serve waiting connections in turn, and on a slow disk each commit takes long.
    constexpr std::chrono::seconds lock_wait(60);
    return store::open_sqlite_poll_store(*votes_, {options.make_code, options.max_polls, options.max_logos},
                                         lock_wait)
        .value();
  }
  poll::VoteRecorder& recorder() override { return *votes_; }
  poll::TallyReader& tallies() override { return *votes_; }
  poll::SelectionCounts recorded(const poll::PollId& poll) override {
    return store::SqliteRecordedVotes(votes_->path()).counts(poll);
  }
  std::unique_ptr<poll::VoteReader> votes() override {
    return store::open_sqlite_vote_reader(*votes_).value();
  }

 private:
  TemporaryDirectory directory_;
  std::unique_ptr<store::SqliteVoteStore> votes_ =
      store::SqliteVoteStore::open(directory_.path() / "pollux.db", {}).value();
};

class SqliteAccountsSubject : public AccountStoresSubject {
 public:
  AccountStoresOfOne connect(std::size_t max_accounts) override {
    constexpr std::chrono::seconds lock_wait(60);  // as above
    auto stores =
        store::open_sqlite_account_stores(*votes_, {.max_accounts = max_accounts}, lock_wait).value();
    return {std::move(stores.account_store), std::move(stores.credential_store), std::move(stores.audit_log)};
  }

 private:
  TemporaryDirectory directory_;
  std::unique_ptr<store::SqliteVoteStore> votes_ =
      store::SqliteVoteStore::open(directory_.path() / "pollux.db", {}).value();
};

class InProcessQueueSubject : public VoteQueueSubject {
 public:
  poll::VoteQueue& queue() override { return *queue_; }
  poll::VoteConsumer& consumer() override { return *queue_; }
  bool durable() const override { return false; }
  std::size_t bound() const override { return 1000; }
  void close() override { queue_->close(); }
  void destroy() override { queue_.reset(); }

 private:
  std::optional<queue::InProcessVoteQueue> queue_{
      std::in_place, queue::InProcessVoteQueue::Options{.capacity = 1000}, poll::Version{}};
};

class InProcessGatesSubject : public VoteGatesSubject {
 public:
  poll::VoteQueue& queue(std::size_t) override { return *queue_; }
  poll::VoteConsumer& consumer() override { return *queue_; }
  poll::VoteGates& gates() override { return *queue_; }
  void destroy() override { queue_.reset(); }

 private:
  std::optional<queue::InProcessVoteQueue> queue_{std::in_place, queue::InProcessVoteQueue::Options{},
                                                  poll::Version{}};
};

class InProcessPollsSubject : public PollDirectorySubject {
 public:
  poll::PollDirectory& directory() override { return directory_; }
  poll::PollPublisher& publisher() override { return directory_; }

 private:
  directory::InProcessPollDirectory directory_;
};

class InProcessFeedSubject : public TallyFeedSubject {
 public:
  poll::TallyFeed& feed() override { return feed_; }

  void publish(const poll::Tally& tally, const poll::VoteTimes& times) override {
    tallies_.set(tally);
    const poll::ChangedPoll changed{tally.poll, times};
    feed_.publish(std::span(&changed, 1)).value();
  }

 private:
  CurrentTallies tallies_;
  feed::InProcessTallyFeed feed_{tallies_};
};

}  // namespace

std::vector<Adapter<VoteStoreSubject>> vote_stores() {
  return {{"Sqlite", [] { return std::make_unique<SqliteSubject>(); }}};
}

std::vector<Adapter<PollDirectorySubject>> poll_directories() {
  return {{"InProcess", [] { return std::make_unique<InProcessPollsSubject>(); }}};
}

std::vector<Adapter<PollStoreSubject>> poll_stores() {
  return {{"Sqlite", [] { return std::make_unique<SqlitePollsSubject>(); }}};
}

std::vector<Adapter<AccountStoresSubject>> account_stores() {
  return {{"Sqlite", [] { return std::make_unique<SqliteAccountsSubject>(); }}};
}

std::vector<Adapter<VoteQueueSubject>> vote_queues() {
  return {{"InProcess", [] { return std::make_unique<InProcessQueueSubject>(); }}};
}

std::vector<Adapter<VoteGatesSubject>> gated_queues() {
  return {{"InProcess", [] { return std::make_unique<InProcessGatesSubject>(); }}};
}

std::vector<Adapter<TallyFeedSubject>> tally_feeds() {
  return {{"InProcess", [] { return std::make_unique<InProcessFeedSubject>(); }}};
}

}  // namespace pollux::conformance
