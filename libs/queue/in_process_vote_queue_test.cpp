// What this queue promises beyond the port; the port's own promises are in tests/conformance.
#include "queue/in_process_vote_queue.hpp"

#include <future>
#include <memory>
#include <optional>
#include <string>
#include <thread>

#include <gtest/gtest.h>

namespace pollux::queue {
namespace {

using std::chrono::milliseconds;
using Outcome = std::optional<poll::VoteResult>;  // must outlive the queue, which reports it at the
                                                  // latest when it ends

poll::Vote vote_of(const std::string& voter) {
  return {poll::PollId::parse("default").value(), poll::VoterId::parse(voter).value(),
          poll::Selection::parse("a").value()};
}

poll::VoteQueue::AckCallback into(Outcome& outcome) {
  return [&outcome](poll::VoteResult result) { outcome = std::move(result); };
}

void ignore(const poll::VoteResult&) {}

TEST(InProcessVoteQueue, AcceptsAVoteOnlyWhenItIsAcknowledged) {
  Outcome outcome;
  InProcessVoteQueue queue({.capacity = 10}, {});
  queue.enqueue(vote_of("ann"), into(outcome));
  const auto batch = queue.receive(10, milliseconds(0)).value();
  EXPECT_FALSE(outcome);
  ASSERT_TRUE(queue.acknowledge(batch));
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->value(), batch.at(0).version);
}

TEST(InProcessVoteQueue, GivesTheAgeOfTheOldestVoteUntilItIsAcknowledgedOrReleased) {
  using std::chrono::hours;
  InProcessVoteQueue queue({.capacity = 10}, {});
  const auto age = [&](hours later) { return queue.oldest_age(std::chrono::system_clock::now() + later); };
  EXPECT_EQ(age(hours(5)), milliseconds(0));
  queue.enqueue(vote_of("ann"), ignore);
  EXPECT_GE(age(hours(5)), hours(5)) << "while it waits";
  EXPECT_EQ(age(hours(-5)), milliseconds(0)) << "the clock was set back";
  queue.enqueue(vote_of("bob"), ignore);
  const auto first = queue.receive(1, milliseconds(0)).value();
  EXPECT_GE(age(hours(5)), hours(5)) << "while it is recorded";
  ASSERT_TRUE(queue.acknowledge(first));
  EXPECT_GE(age(hours(5)), hours(5)) << "the other was taken, too";
  queue.release(queue.receive(1, milliseconds(0)).value(), unavailable("The disk is full."));
  EXPECT_EQ(age(hours(5)), milliseconds(0));
}

TEST(InProcessVoteQueue, RejectsReleasedVotesWithTheReason) {
  Outcome outcome;
  InProcessVoteQueue queue({.capacity = 10}, {});
  queue.enqueue(vote_of("ann"), into(outcome));
  queue.release(queue.receive(10, milliseconds(0)).value(), unavailable("The disk is full."));
  ASSERT_TRUE(outcome && !*outcome);
  EXPECT_EQ(outcome->error().message, "The disk is full.");
  EXPECT_EQ(outcome->error().reason, poll::RejectionReason::unavailable);
  EXPECT_TRUE(queue.receive(10, milliseconds(0)).value().empty());
}

TEST(InProcessVoteQueue, BoundsTheVotesThatWaitAndThoseInFlightTogether) {
  Outcome refused;
  Outcome taken;
  InProcessVoteQueue queue({.capacity = 3}, {});
  queue.enqueue(vote_of("ann"), ignore);
  queue.enqueue(vote_of("bob"), ignore);
  const auto in_flight = queue.receive(1, milliseconds(0)).value();
  queue.enqueue(vote_of("cleo"), ignore);
  EXPECT_EQ(queue.depth(), 3U);

  queue.enqueue(vote_of("dora"), into(refused));
  ASSERT_TRUE(refused && !*refused);
  EXPECT_EQ(refused->error().reason, poll::RejectionReason::full);

  ASSERT_TRUE(queue.acknowledge(in_flight));
  EXPECT_EQ(queue.depth(), 2U);
  queue.enqueue(vote_of("dora"), into(taken));
  EXPECT_FALSE(taken) << "there is room again";
}

TEST(InProcessVoteQueue, HasRoomForAVoteThatACallbackEnqueues) {
  Outcome second;
  InProcessVoteQueue queue({.capacity = 1}, {});
  queue.enqueue(vote_of("ann"), [&](const auto&) { queue.enqueue(vote_of("bob"), into(second)); });
  ASSERT_TRUE(queue.acknowledge(queue.receive(1, milliseconds(0)).value()));
  EXPECT_FALSE(second) << "it was not refused";
  EXPECT_EQ(queue.receive(1, milliseconds(0)).value().size(), 1U);
}

TEST(InProcessVoteQueue, GivesVersionsAfterTheLastRecordedOne) {
  const poll::Version last{9'000'000'000'000, 41};  // far ahead of the clock
  InProcessVoteQueue queue({.capacity = 10}, last);
  queue.enqueue(vote_of("ann"), ignore);
  EXPECT_EQ(queue.receive(1, milliseconds(0)).value().at(0).version, (poll::Version{9'000'000'000'000, 42}));
}

TEST(InProcessVoteQueue, RejectsVotesAfterItIsClosedAndDeliversTheRest) {
  Outcome refused;
  InProcessVoteQueue queue({.capacity = 10}, {});
  queue.enqueue(vote_of("ann"), ignore);
  queue.enqueue(vote_of("bob"), ignore);
  queue.close();
  queue.enqueue(vote_of("cleo"), into(refused));
  ASSERT_TRUE(refused && !*refused);
  EXPECT_EQ(refused->error().reason, poll::RejectionReason::unavailable);
  EXPECT_EQ(queue.receive(1, std::chrono::hours(1)).value().size(), 1U);
  EXPECT_EQ(queue.receive(1, std::chrono::hours(1)).value().size(), 1U);
  EXPECT_TRUE(queue.receive(1, std::chrono::hours(1)).value().empty()) << "at once";
}

// A consumer that is not woken sleeps for an hour, past the test's time limit. Many rounds, because it may
// now and then find the vote before it falls asleep.
TEST(InProcessVoteQueue, WakesAWaitingConsumerUponEachVoteAndUponClosing) {
  InProcessVoteQueue queue({.capacity = 10}, {});
  std::thread consumer([&queue] {
    for (;;) {
      const auto batch = queue.receive(10, std::chrono::hours(1)).value();
      if (batch.empty()) return;
      EXPECT_TRUE(queue.acknowledge(batch));
    }
  });
  for (int round = 0; round < 200; ++round) {
    std::promise<void> accepted;
    queue.enqueue(vote_of("ann"), [&](const auto&) { accepted.set_value(); });
    accepted.get_future().get();
    std::this_thread::yield();
  }
  queue.close();
  consumer.join();
}

TEST(InProcessVoteQueue, RejectsWhatIsLeftWhenItIsDestroyed) {
  Outcome in_flight;
  Outcome taken;
  Outcome waiting;
  {
    InProcessVoteQueue queue({.capacity = 10}, {});
    queue.enqueue(vote_of("ann"), into(in_flight));
    queue.enqueue(vote_of("bob"), into(taken));
    ASSERT_EQ(queue.receive(1, milliseconds(0)).value().size(), 1U);
    queue.enqueue(vote_of("cleo"), into(waiting));
  }
  for (const Outcome& outcome : {in_flight, taken, waiting}) {
    ASSERT_TRUE(outcome && !*outcome);
    EXPECT_EQ(outcome->error().reason, poll::RejectionReason::unavailable);
  }
}

}  // namespace
}  // namespace pollux::queue
