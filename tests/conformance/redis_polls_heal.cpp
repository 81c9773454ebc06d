// Polls on their way from the store to a vote service, which have only Redis in common, when Redis loses
// data.
#include <chrono>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "base/io_threads.hpp"
#include "base/testing/eventually.hpp"
#include "base/testing/temporary_directory.hpp"
#include "conformance/managed_polls.hpp"
#include "directory/redis_poll_directory.hpp"
#include "directory/redis_poll_publisher.hpp"
#include "poll/poll_announcer.hpp"
#include "queue/redis_stream_vote_queue.hpp"
#include "queue/redis_vote_gates.hpp"
#include "redis/testing/redis_server.hpp"
#include "store/sqlite_sql_database.hpp"
#include "store/sqlite_vote_store.hpp"

namespace pollux::conformance {
namespace {

using poll::ManagedPoll;
using poll::PollAction;
using poll::RejectionReason;

class RedisPollsHeal : public testing::Test {
 protected:
  RedisPollsHeal() {
    threads_.start();
    queue_.emplace(threads_, queue::RedisQueueOptions{.url = server_.url(), .gates = true});
    directory_.start();
    EXPECT_TRUE(eventually([this] { return queue_->producer().state().has_value(); }));
  }
  ~RedisPollsHeal() override { queue_.reset(); }

  ManagedPoll change(const ManagedPoll& poll, PollAction action) {
    return store_->change(poll.id, action, {}, noon).value();
  }
  ManagedPoll open() {
    const auto id = poll::make_poll_id(noon + std::chrono::milliseconds(++made_));
    return change(store_->create(id, content(), noon).value(), PollAction::open);
  }

  // Until a reconciliation has succeeded that was necessary.
  [[nodiscard]] bool eventually_reconciles() {
    return eventually([this] {
      const auto reconciled = announcer_.reconcile(*store_);
      return reconciled && *reconciled;
    });
  }
  // Until the directory of the vote service has the poll as it is.
  [[nodiscard]] static bool eventually_shows(const poll::PollDirectory& directory, const ManagedPoll& poll) {
    return eventually([&] {
      const auto shown = directory.find(poll.code);
      return shown && *shown == poll;
    });
  }

  std::optional<RejectionReason> rejected(const ManagedPoll& poll) {
    const auto answered = std::make_shared<std::promise<poll::VoteResult>>();
    queue_->enqueue({run_id(poll), voter("ann"), selection("a")},
                    [answered](poll::VoteResult outcome) { answered->set_value(std::move(outcome)); });
    const poll::VoteResult outcome = answered->get_future().get();
    return outcome ? std::nullopt : std::optional(outcome.error().reason);
  }

  redis::testing::RedisServer server_;

  // The service with the store.
  TemporaryDirectory folder_;
  std::unique_ptr<store::SqliteVoteStore> votes_ =
      store::SqliteVoteStore::open(folder_.path() / "pollux.db", {}).value();
  std::unique_ptr<poll::PollStore> store_ = store::open_sqlite_poll_store(*votes_).value();
  queue::RedisVoteGates gates_{server_.url()};
  directory::RedisPollPublisher publisher_{server_.url()};
  poll::PollAnnouncer announcer_{gates_, publisher_, {}};

  // The vote service.
  directory::RedisPollDirectory directory_{server_.url(), {}, {}};
  IoThreads threads_{1};
  std::optional<queue::RedisStreamVoteQueue> queue_;
  int made_ = 0;
};

TEST_F(RedisPollsHeal, AtTheStart) {
  const ManagedPoll poll = open();
  EXPECT_EQ(rejected(poll), RejectionReason::unavailable);
  EXPECT_TRUE(announcer_.reconcile(*store_).value());
  EXPECT_EQ(rejected(poll), std::nullopt);
  EXPECT_TRUE(eventually_shows(directory_, poll));
  EXPECT_FALSE(announcer_.reconcile(*store_).value()) << "there is nothing to do";
}

TEST_F(RedisPollsHeal, WhenTheServerIsEmptied) {
  const ManagedPoll first = open();
  const ManagedPoll second = open();
  ASSERT_TRUE(announcer_.reconcile(*store_).value());
  // Each is published by a command of its own.
  ASSERT_TRUE(eventually_shows(directory_, first));
  ASSERT_TRUE(eventually_shows(directory_, second));
  server_.command({"FLUSHALL"});
  EXPECT_EQ(rejected(first), RejectionReason::unavailable);
  EXPECT_NE(directory_.find(first.code), nullptr) << "the page is there, and votes are sent again";
  EXPECT_TRUE(announcer_.reconcile(*store_).value());
  EXPECT_EQ(rejected(first), std::nullopt);

  directory::RedisPollDirectory starting(server_.url(), {}, {});
  starting.start();
  EXPECT_TRUE(eventually_shows(starting, first));
  EXPECT_TRUE(eventually_shows(starting, second));
  const ManagedPoll closed = change(first, PollAction::close);
  ASSERT_TRUE(announcer_.announce(*store_, closed));
  EXPECT_EQ(rejected(first), RejectionReason::closed);
  EXPECT_TRUE(eventually_shows(directory_, closed)) << "changes are followed again";
}

TEST_F(RedisPollsHeal, WhenTheServerStartsAgainWithoutItsData) {
  const ManagedPoll poll = open();
  ASSERT_TRUE(announcer_.reconcile(*store_).value());
  server_.kill();
  const ManagedPoll closed = change(poll, PollAction::close);
  EXPECT_FALSE(announcer_.announce(*store_, closed));
  server_.start();
  ASSERT_TRUE(eventually_reconciles());
  EXPECT_TRUE(eventually([&] { return rejected(poll) == RejectionReason::closed; }));
  EXPECT_TRUE(eventually_shows(directory_, closed));
}

// As after a power failure, when its file lacks the last second.
TEST_F(RedisPollsHeal, WhenTheServerStartsAgainFromAnOlderState) {
  const ManagedPoll poll = open();
  ASSERT_TRUE(announcer_.reconcile(*store_).value());
  const std::string older = server_.command({"HGET", "pollux:gates", poll.id.text()}).text;
  const ManagedPoll closed = change(poll, PollAction::close);
  ASSERT_TRUE(announcer_.announce(*store_, closed));
  EXPECT_EQ(rejected(poll), RejectionReason::closed);
  server_.command({"HSET", "pollux:gates", poll.id.text(), older});
  server_.command({"CLIENT", "KILL", "TYPE", "normal"});
  ASSERT_TRUE(eventually_reconciles());
  EXPECT_TRUE(eventually([&] { return rejected(poll) == RejectionReason::closed; }));
}

TEST_F(RedisPollsHeal, WhenTheServerHadNoMemoryForAChange) {
  const ManagedPoll poll = open();
  ASSERT_TRUE(announcer_.reconcile(*store_).value());
  server_.command({"CONFIG", "SET", "maxmemory", "1"});
  const ManagedPoll closed = change(poll, PollAction::close);
  EXPECT_FALSE(announcer_.announce(*store_, closed));
  EXPECT_FALSE(announcer_.reconcile(*store_));
  server_.command({"CONFIG", "SET", "maxmemory", "0"});
  EXPECT_TRUE(eventually_reconciles());
  EXPECT_EQ(rejected(poll), RejectionReason::closed);
  EXPECT_TRUE(eventually_shows(directory_, closed));
}

// The database was restored from a backup, or a standby has taken over without the newest commits: Redis
// knows changes that it has lost.
TEST_F(RedisPollsHeal, WhenTheDatabaseHasLostChanges) {
  const ManagedPoll poll = open();
  ASSERT_TRUE(announcer_.reconcile(*store_).value());
  ASSERT_TRUE(eventually_shows(directory_, poll));
  const ManagedPoll newer =
      poll::changed(poll::changed(poll, PollAction::close, noon).value(), PollAction::open, noon).value();
  ASSERT_TRUE(gates_.set(gate_of(newer)));
  ASSERT_TRUE(publisher_.publish(newer));
  ASSERT_TRUE(eventually_shows(directory_, newer));
  const auto closed = announcer_.announce(*store_, change(poll, PollAction::close));
  ASSERT_TRUE(closed);
  EXPECT_EQ(rejected(poll), RejectionReason::closed);
  EXPECT_GT(closed->revision, newer.revision);
  EXPECT_EQ(store_->find(poll.id).value(), *closed);
  EXPECT_TRUE(eventually_shows(directory_, *closed));
}

TEST_F(RedisPollsHeal, WhenTheDatabaseHasLostARemoval) {
  const ManagedPoll poll = open();
  ASSERT_TRUE(announcer_.reconcile(*store_).value());
  ASSERT_TRUE(eventually_shows(directory_, poll));
  ASSERT_TRUE(announcer_.announce_removal(poll.id));
  ASSERT_TRUE(eventually([&] { return directory_.find(poll.id) == nullptr; }));
  poll::PollAnnouncer starting(gates_, publisher_, {});
  EXPECT_TRUE(starting.reconcile(*store_).value());
  EXPECT_EQ(rejected(poll), RejectionReason::closed);
  const ManagedPoll closed = store_->find(poll.id).value();
  EXPECT_EQ(closed.state, poll::PollState::closed);
  EXPECT_TRUE(eventually_shows(directory_, closed));
  ASSERT_TRUE(announcer_.announce(*store_, change(poll, PollAction::open)));
  EXPECT_EQ(rejected(poll), std::nullopt);
}

}  // namespace
}  // namespace pollux::conformance
