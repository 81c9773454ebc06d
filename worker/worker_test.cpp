#include "worker/worker.hpp"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "base/testing/eventually.hpp"
#include "tracing/testing/collected_spans.hpp"

namespace pollux::worker {
namespace {

using std::chrono::milliseconds;

// What the fakes were asked to do, in order; and a way to wait for it.
class Diary {
 public:
  void note(std::string entry) {
    const std::lock_guard lock(mutex_);
    entries_.push_back(std::move(entry));
    changed_.notify_all();
  }

  std::vector<std::string> entries() {
    const std::lock_guard lock(mutex_);
    return entries_;
  }

  std::size_t count(const std::string& entry) {
    const auto all = entries();
    return static_cast<std::size_t>(std::ranges::count(all, entry));
  }

  [[nodiscard]] bool eventually_holds(std::size_t times, const std::string& entry) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(10), [&] {
      return static_cast<std::size_t>(std::ranges::count(entries_, entry)) >= times;
    });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::string> entries_;
};

std::string size_of(std::span<const poll::QueuedVote> batch) {
  return std::to_string(batch.size());
}

class FakeQueue : public poll::VoteConsumer {
 public:
  explicit FakeQueue(Diary& diary) : diary_(diary) {}

  void put(std::size_t votes, const tracing::SpanContext& trace = {}) {
    const std::lock_guard lock(mutex_);
    for (std::size_t i = 0; i < votes; ++i) {
      waiting_.push_back({{1, ++last_},
                          {poll::PollId::parse("p").value(), poll::VoterId::parse("v").value(),
                           poll::Selection::parse("a").value(), trace}});
    }
    arrived_.notify_all();
  }

  void fail_next(Error error) {
    const std::lock_guard lock(mutex_);
    failure_ = std::move(error);
  }

  Result<std::vector<poll::QueuedVote>> receive(std::size_t max, milliseconds wait) override {
    std::unique_lock lock(mutex_);
    if (failure_) return *std::exchange(failure_, std::nullopt);
    arrived_.wait_for(lock, wait, [this] { return !waiting_.empty(); });
    std::vector<poll::QueuedVote> batch;
    while (!waiting_.empty() && batch.size() < max) {
      batch.push_back(waiting_.front());
      waiting_.pop_front();
    }
    return batch;
  }

  Result<void> acknowledge(std::span<const poll::QueuedVote> recorded) override {
    diary_.note("acknowledge " + size_of(recorded));
    return {};
  }

  void release(std::span<const poll::QueuedVote> unrecorded, const Error& reason) override {
    diary_.note("release " + size_of(unrecorded) + ": " + reason.message);
  }

 private:
  Diary& diary_;
  std::mutex mutex_;
  std::condition_variable arrived_;
  std::deque<poll::QueuedVote> waiting_;
  std::optional<Error> failure_;
  std::uint64_t last_ = 0;
};

class FakeRecorder : public poll::VoteRecorder {
 public:
  explicit FakeRecorder(Diary& diary) : diary_(diary) {}

  void fail(int times, ErrorCode code) {
    const std::lock_guard lock(mutex_);
    failures_ = times;
    code_ = code;
  }

  Result<std::vector<poll::PollId>> record(std::span<const poll::QueuedVote> batch) override {
    diary_.note("record " + size_of(batch));
    const std::lock_guard lock(mutex_);
    if (failures_ > 0) {
      --failures_;
      return Error{code_, "no disk"};
    }
    return std::vector{batch.front().vote.poll};
  }

  Result<void> probe() override {
    diary_.note("probe");
    const std::lock_guard lock(mutex_);
    if (failures_ > 0) return Error{code_, "no disk"};
    return {};
  }

 private:
  Diary& diary_;
  std::mutex mutex_;
  int failures_ = 0;
  ErrorCode code_ = ErrorCode::unavailable;
};

class FakePublisher : public poll::TallyPublisher {
 public:
  explicit FakePublisher(Diary& diary) : diary_(diary) {}

  void fail(int times) { failures_ = times; }

  // Of each published change.
  std::vector<std::uint64_t> published_votes() {
    const std::lock_guard lock(mutex_);
    return published_votes_;
  }

  // Of the last publication.
  tracing::SpanContext trace() {
    const std::lock_guard lock(mutex_);
    return trace_;
  }

  Result<void> publish(std::span<const poll::ChangedPoll> polls) override {
    diary_.note("publish " + std::to_string(polls.size()));
    if (failures_-- > 0) return unavailable("no channel");
    const std::lock_guard lock(mutex_);
    for (const poll::ChangedPoll& changed : polls) published_votes_.push_back(changed.times.votes());
    trace_ = polls.front().trace;
    return {};
  }

 private:
  Diary& diary_;
  std::atomic<int> failures_ = 0;
  std::mutex mutex_;
  std::vector<std::uint64_t> published_votes_;
  tracing::SpanContext trace_;
};

class WorkerTest : public testing::Test {
 protected:
  void start() {
    worker_.emplace(
        queue_, recorder_, publisher_, options_,
        Worker::Events{
            .recorded = [this](std::size_t votes, auto) { diary_.note("recorded " + std::to_string(votes)); },
            .store_failed = [this](const Error& error) { diary_.note("failed: " + error.message); },
            .store_recovered = [this] { diary_.note("recovered"); },
            .publish_failed = [this](const Error& error) { diary_.note("publish failed: " + error.message); },
            .queue_failed = [this](const Error& error) { diary_.note("queue failed: " + error.message); },
            .released = [this](std::size_t votes,
                               const Error&) { diary_.note("released " + std::to_string(votes)); },
        });
  }

  Diary diary_;
  FakeQueue queue_{diary_};
  FakeRecorder recorder_{diary_};
  FakePublisher publisher_{diary_};
  Worker::Options options_{.max_batch = 10,
                           .receive_wait = milliseconds(5),
                           .attempts = 3,
                           .first_pause = milliseconds(1),
                           .longest_pause = milliseconds(2),
                           .probe_period = std::chrono::hours(1),
                           .publish_pause = milliseconds(1)};
  std::optional<Worker> worker_;
};

using Entries = std::vector<std::string>;

TEST_F(WorkerTest, RecordsThenPublishesThenAcknowledges) {
  queue_.put(3);
  start();
  ASSERT_TRUE(diary_.eventually_holds(1, "acknowledge 3"));
  EXPECT_EQ(diary_.entries(), (Entries{"record 3", "recorded 3", "publish 1", "acknowledge 3"}));
}

TEST_F(WorkerTest, AcknowledgesRecordedVotesAlsoIfPublishingFails) {
  publisher_.fail(1'000'000);
  queue_.put(3);
  start();
  ASSERT_TRUE(diary_.eventually_holds(1, "acknowledge 3"));
  EXPECT_GE(diary_.count("publish failed: no channel"), 1U);
}

TEST_F(WorkerTest, PublishesLaterWhatCouldNotBePublishedWithoutFurtherVotes) {
  publisher_.fail(3);
  queue_.put(3);
  start();
  ASSERT_TRUE(diary_.eventually_holds(4, "publish 1"));
  queue_.put(2);
  ASSERT_TRUE(diary_.eventually_holds(1, "acknowledge 2"));
  EXPECT_EQ(diary_.count("publish failed: no channel"), 3U);
  EXPECT_EQ(diary_.count("publish 1"), 5U) << "each change once, apart from the failures";
}

TEST_F(WorkerTest, TracesABatchThroughItsAttemptsToThePublisher) {
  const auto spans = std::make_shared<tracing::CollectedSpans>();
  options_.tracer = tracing::tracer_into(spans);
  recorder_.fail(1, ErrorCode::unavailable);
  publisher_.fail(1);
  queue_.put(2, *tracing::parse_traceparent("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"));
  start();
  ASSERT_TRUE(diary_.eventually_holds(2, "publish 1"));
  ASSERT_TRUE(eventually([&] { return publisher_.trace().sampled; }));
  ASSERT_TRUE(eventually([&] { return spans->all().size() == 4; }));
  const auto all = spans->all();
  EXPECT_EQ(all[0].name, "INSERT pollux_votes");
  EXPECT_TRUE(all[0].failed);
  EXPECT_EQ(all[1].name, "INSERT pollux_votes");
  EXPECT_FALSE(all[1].failed);
  EXPECT_EQ(spans->find("process votes").context, publisher_.trace());
  EXPECT_EQ(all[1].parent, publisher_.trace().span_id);
}

TEST_F(WorkerTest, PublishesTheTimesOfEveryVoteOnceAlsoAfterFailures) {
  publisher_.fail(1'000'000);
  queue_.put(2);
  start();
  ASSERT_TRUE(diary_.eventually_holds(1, "publish failed: no channel"));
  queue_.put(4);
  ASSERT_TRUE(diary_.eventually_holds(1, "acknowledge 4"));
  EXPECT_TRUE(publisher_.published_votes().empty());
  publisher_.fail(0);
  ASSERT_TRUE(eventually([&] { return !publisher_.published_votes().empty(); }));
  queue_.put(1);
  ASSERT_TRUE(diary_.eventually_holds(1, "acknowledge 1"));
  EXPECT_EQ(publisher_.published_votes(), (std::vector<std::uint64_t>{6, 1}));
}

TEST_F(WorkerTest, LeavesAFailedPublisherAloneForAWhile) {
  options_.publish_pause = std::chrono::hours(1);
  publisher_.fail(1);
  queue_.put(25);
  start();
  ASSERT_TRUE(diary_.eventually_holds(1, "acknowledge 5"));
  EXPECT_EQ(diary_.count("publish 1"), 1U);
}

TEST_F(WorkerTest, KeepsBatchesWithinTheirBound) {
  queue_.put(25);
  start();
  ASSERT_TRUE(diary_.eventually_holds(1, "acknowledge 5"));
  EXPECT_EQ(diary_.count("acknowledge 10"), 2U);
}

TEST_F(WorkerTest, RepeatsATemporaryFailure) {
  recorder_.fail(2, ErrorCode::unavailable);
  queue_.put(1);
  start();
  ASSERT_TRUE(diary_.eventually_holds(1, "acknowledge 1"));
  EXPECT_EQ(diary_.count("failed: no disk"), 2U);
  EXPECT_EQ(diary_.count("record 1"), 3U);
}

TEST_F(WorkerTest, ReleasesABatchAfterItsLastAttempt) {
  recorder_.fail(3, ErrorCode::unavailable);
  queue_.put(4);
  start();
  ASSERT_TRUE(diary_.eventually_holds(1, "release 4: no disk"));
  EXPECT_EQ(diary_.count("record 4"), 3U);
  EXPECT_EQ(diary_.count("released 4"), 1U);
  queue_.put(2);
  EXPECT_TRUE(diary_.eventually_holds(1, "acknowledge 2")) << "and continues with the next";
}

TEST_F(WorkerTest, ReleasesAtOnceWhatCanNeverSucceed) {
  recorder_.fail(1, ErrorCode::invalid);
  queue_.put(1);
  start();
  ASSERT_TRUE(diary_.eventually_holds(1, "release 1: no disk"));
  EXPECT_EQ(diary_.count("record 1"), 1U);
}

TEST_F(WorkerTest, TriesEachBatchOnceWhileTheStoreIsDown) {
  recorder_.fail(5, ErrorCode::unavailable);
  queue_.put(30);
  start();
  ASSERT_TRUE(diary_.eventually_holds(3, "release 10: no disk"));
  EXPECT_EQ(diary_.count("record 10"), 5U) << "three times the first batch, once each of the others";
  recorder_.fail(2, ErrorCode::unavailable);
  queue_.put(1);
  ASSERT_TRUE(diary_.eventually_holds(1, "release 1: no disk"));
  queue_.put(1);
  ASSERT_TRUE(diary_.eventually_holds(2, "release 1: no disk"));
  queue_.put(1);
  ASSERT_TRUE(diary_.eventually_holds(1, "acknowledge 1"));
  recorder_.fail(2, ErrorCode::unavailable);
  queue_.put(7);
  EXPECT_TRUE(diary_.eventually_holds(1, "acknowledge 7")) << "a success restores the attempts";
}

TEST_F(WorkerTest, ProbesAFailedStoreUntilItRecoversAlsoWithoutVotes) {
  options_.probe_period = milliseconds(1);
  options_.attempts = 1;
  recorder_.fail(1'000'000, ErrorCode::unavailable);
  queue_.put(1);
  start();
  ASSERT_TRUE(diary_.eventually_holds(3, "probe"));
  EXPECT_EQ(diary_.count("recovered"), 0U);
  recorder_.fail(0, ErrorCode::unavailable);
  ASSERT_TRUE(diary_.eventually_holds(1, "recovered"));
  worker_->stop(milliseconds(0));
  EXPECT_EQ(diary_.count("recovered"), 1U) << "a working store is not probed";
}

TEST_F(WorkerTest, ReportsAnInternalError) {
  recorder_.fail(1, ErrorCode::internal);
  queue_.put(1);
  start();
  EXPECT_TRUE(diary_.eventually_holds(1, "failed: no disk"));
}

TEST_F(WorkerTest, DoesNotCountAnInvalidVoteAsAFailureOfTheStore) {
  recorder_.fail(1, ErrorCode::invalid);
  queue_.put(1);
  start();
  ASSERT_TRUE(diary_.eventually_holds(1, "release 1: no disk"));
  EXPECT_EQ(diary_.count("failed: no disk"), 0U);
}

TEST_F(WorkerTest, StopsWithinItsLimitInSpiteOfAttemptsLeft) {
  options_.attempts = 1'000'000;
  recorder_.fail(1'000'000, ErrorCode::unavailable);
  queue_.put(1);
  start();
  ASSERT_TRUE(diary_.eventually_holds(1, "failed: no disk"));
  worker_->stop(milliseconds(0));
  EXPECT_EQ(diary_.count("release 1: no disk"), 1U);
  EXPECT_LT(diary_.count("record 1"), 1'000'000U);
}

TEST_F(WorkerTest, ContinuesAfterTheQueueWasDown) {
  queue_.fail_next(unavailable("no queue"));
  queue_.put(1);
  start();
  ASSERT_TRUE(diary_.eventually_holds(1, "acknowledge 1"));
  EXPECT_EQ(diary_.count("queue failed: no queue"), 1U);
}

TEST_F(WorkerTest, RecordsEverythingThatWaitsBeforeItStops) {
  queue_.put(95);
  start();
  worker_->stop(std::chrono::minutes(1));
  EXPECT_EQ(diary_.count("acknowledge 10"), 9U);
  EXPECT_EQ(diary_.count("acknowledge 5"), 1U);
}

TEST_F(WorkerTest, StopsAfterTheCurrentBatchAtTheDrainLimit) {
  options_.attempts = 1;
  options_.first_pause = options_.longest_pause = std::chrono::hours(1);
  recorder_.fail(1'000'000, ErrorCode::unavailable);
  queue_.put(1000);
  start();
  ASSERT_TRUE(diary_.eventually_holds(1, "release 10: no disk"));
  worker_->stop(milliseconds(0));  // also ends the pause of an hour
  EXPECT_LE(diary_.count("record 10"), 2U);
}

// Other steps of the drain may take long after it.
TEST_F(WorkerTest, ThatHasEndedDoesNotCountAsHanging) {
  start();
  worker_->stop(milliseconds(0));
  EXPECT_EQ(worker_->heartbeat().silence(), milliseconds(0));
}

}  // namespace
}  // namespace pollux::worker
