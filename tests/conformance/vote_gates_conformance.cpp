// The contract of VoteGates: which votes a queue accepts, also while a gate changes.
#include <array>
#include <atomic>
#include <chrono>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <future>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/testing/eventually.hpp"
#include "conformance/subjects.hpp"
#include "poll/poll_run.hpp"
#include "poll/vote_gate.hpp"

namespace pollux::conformance {
namespace {

using poll::PollState;
using poll::RejectionReason;

poll::VoteGate gate(PollState state, std::uint64_t revision, std::uint32_t run = 1) {
  return {.poll = poll("lunch"), .state = state, .run = run, .revision = revision};
}

// What identifies an accepted vote: its version in the queue, and whose vote for which run it is.
struct Accepted {
  poll::Version version;
  std::string run;
  std::string voter;

  friend auto operator<=>(const Accepted&, const Accepted&) = default;
};

class AcceptedVotes {
 public:
  void add(poll::Version version, const poll::Vote& vote) {
    const std::lock_guard lock(mutex_);
    votes_.insert(Accepted{version, vote.poll.text(), vote.voter.text()});
  }
  std::set<Accepted> all() const {
    const std::lock_guard lock(mutex_);
    return votes_;
  }

 private:
  mutable std::mutex mutex_;
  std::set<Accepted> votes_;
};

class VoteGatesConformance : public testing::TestWithParam<Adapter<VoteGatesSubject>> {
 protected:
  static constexpr std::size_t queues = VoteGatesSubject::queues;

  ~VoteGatesConformance() override {
    consumer_.request_stop();
    consumer_.join();
    subject_->destroy();
  }

  poll::VoteGates& gates() { return subject_->gates(); }
  void set(const poll::VoteGate& wanted) {
    const auto done = gates().set(wanted);
    ASSERT_TRUE(done) << done.error().message;
  }

  // A vote that has no outcome yet.
  struct Sent {
    poll::Vote vote;
    std::future<poll::VoteResult> answer;
  };
  Sent send(const poll::Vote& vote, std::size_t queue) {
    auto answered = std::make_shared<std::promise<poll::VoteResult>>();
    Sent sent{vote, answered->get_future()};
    subject_->queue(queue).enqueue(
        vote, [answered](poll::VoteResult outcome) { answered->set_value(std::move(outcome)); });
    return sent;
  }
  poll::VoteResult outcome_of(Sent sent) {
    if (sent.answer.wait_for(std::chrono::seconds(30)) != std::future_status::ready) {
      ADD_FAILURE() << "a vote has no outcome";
      return unavailable("no outcome");
    }
    poll::VoteResult outcome = sent.answer.get();
    if (outcome) accepted_.add(*outcome, sent.vote);
    return outcome;
  }
  poll::VoteResult cast(const poll::Vote& vote, std::size_t queue = 0) {
    return outcome_of(send(vote, queue));
  }
  // Why a vote is rejected; none if it is accepted.
  std::optional<RejectionReason> rejected(const std::string& run, std::size_t queue = 0) {
    const auto outcome = cast(vote("voter" + std::to_string(++voters_), "a", run), queue);
    return outcome ? std::nullopt : std::optional(outcome.error().reason);
  }

  // What was accepted is all that is delivered.
  void expect_that_accepted_votes_count() {
    const std::set<Accepted> accepted = accepted_.all();
    EXPECT_TRUE(eventually([&] { return recorded_.all().size() >= accepted.size(); }));
    EXPECT_TRUE(recorded_.all() == accepted)
        << accepted.size() << " votes were accepted, and " << recorded_.all().size() << " were recorded";
  }

  AcceptedVotes accepted_;
  AcceptedVotes recorded_;
  std::atomic<int> voters_ = 0;
  const std::unique_ptr<VoteGatesSubject> subject_ = GetParam().make();

 private:
  void record_votes(const std::stop_token& stop) {
    poll::VoteConsumer& consumer = subject_->consumer();
    while (!stop.stop_requested()) {
      const auto batch = consumer.receive(100, std::chrono::milliseconds(20));
      if (!batch) {
        ADD_FAILURE() << batch.error().message;
        return;
      }
      for (const poll::QueuedVote& queued_vote : *batch) recorded_.add(queued_vote.version, queued_vote.vote);
      EXPECT_TRUE(consumer.acknowledge(*batch));
    }
  }

  std::jthread consumer_{[this](const std::stop_token& stop) { record_votes(stop); }};
};

TEST_P(VoteGatesConformance, TakeNoVoteForAPollThatTheyDoNotKnow) {
  EXPECT_EQ(rejected("lunch"), RejectionReason::unavailable);
  EXPECT_EQ(rejected("lunch.2"), RejectionReason::unavailable);
  expect_that_accepted_votes_count();
}

TEST_P(VoteGatesConformance, AreNotForThePollOfTheSettings) {
  EXPECT_EQ(rejected("default"), std::nullopt);
  EXPECT_EQ(rejected("default.2"), std::nullopt);
  expect_that_accepted_votes_count();
}

TEST_P(VoteGatesConformance, AreOpenWhileThePollIs) {
  set(gate(PollState::draft, 1));
  EXPECT_EQ(rejected("lunch"), RejectionReason::not_open);
  set(gate(PollState::open, 2));
  EXPECT_EQ(rejected("lunch"), std::nullopt);
  set(gate(PollState::closed, 3));
  EXPECT_EQ(rejected("lunch"), RejectionReason::closed);
  set(gate(PollState::open, 4));
  EXPECT_EQ(rejected("lunch"), std::nullopt);
  set(gate(PollState::closed, 5));
  set(gate(PollState::archived, 6));
  EXPECT_EQ(rejected("lunch"), RejectionReason::archived);
  expect_that_accepted_votes_count();
}

TEST_P(VoteGatesConformance, AreForAllQueues) {
  set(gate(PollState::open, 2));
  for (std::size_t queue = 0; queue < queues; ++queue) EXPECT_EQ(rejected("lunch", queue), std::nullopt);
  set(gate(PollState::closed, 3));
  for (std::size_t queue = 0; queue < queues; ++queue)
    EXPECT_EQ(rejected("lunch", queue), RejectionReason::closed);
  expect_that_accepted_votes_count();
}

TEST_P(VoteGatesConformance, AreEachForOnePoll) {
  set(gate(PollState::open, 2));
  poll::VoteGate other = gate(PollState::closed, 2);
  other.poll = poll("lunch2");
  set(other);
  EXPECT_EQ(rejected("lunch"), std::nullopt);
  EXPECT_EQ(rejected("lunch2"), RejectionReason::closed);
  EXPECT_EQ(rejected("lun"), RejectionReason::unavailable);
}

TEST_P(VoteGatesConformance, AreForPollsWithAnyId) {
  for (const std::string id : {"Zoë's", "a b", "x.01", "%"}) {
    poll::VoteGate odd = gate(PollState::open, 2, 7);
    odd.poll = poll(id);
    set(odd);
    EXPECT_EQ(rejected(id + ".7"), std::nullopt) << id;
    EXPECT_EQ(rejected(id + ".6"), RejectionReason::other_run) << id;
  }
  expect_that_accepted_votes_count();
}

TEST_P(VoteGatesConformance, DistinguishTheRunsOfAPoll) {
  set(gate(PollState::open, 5, 2));
  EXPECT_EQ(rejected("lunch"), RejectionReason::other_run) << "the first run";
  EXPECT_EQ(rejected("lunch.2"), std::nullopt);
  EXPECT_EQ(rejected("lunch.3"), RejectionReason::unavailable) << "its gate is on its way";
  EXPECT_EQ(rejected("lunch.20"), RejectionReason::unavailable);
  set(gate(PollState::draft, 6, 3));
  EXPECT_EQ(rejected("lunch.2"), RejectionReason::other_run);
  EXPECT_EQ(rejected("lunch.3"), RejectionReason::not_open);
  expect_that_accepted_votes_count();
}

TEST_P(VoteGatesConformance, IgnoreLateWriters) {
  set(gate(PollState::closed, 10));
  set(gate(PollState::open, 9));
  EXPECT_EQ(rejected("lunch"), RejectionReason::closed);
  set(gate(PollState::closed, 10));
  EXPECT_EQ(rejected("lunch"), RejectionReason::closed) << "the same again changes nothing";
  set(gate(PollState::open, 11));
  set(gate(PollState::closed, 10));
  EXPECT_EQ(rejected("lunch"), std::nullopt);
}

// Late writers, or those whose store has lost changes, learn it.
TEST_P(VoteGatesConformance, SayWhatTheyHaveInstead) {
  const poll::VoteGate there = gate(PollState::open, 10, 2);
  EXPECT_THAT(gates().set(there).value(), testing::IsEmpty());
  EXPECT_THAT(gates().set(there).value(), testing::IsEmpty()) << "the same again";
  EXPECT_THAT(gates().set(gate(PollState::closed, 9, 2)).value(), testing::ElementsAre(there));
  EXPECT_THAT(gates().set(gate(PollState::closed, 10, 2)).value(), testing::ElementsAre(there));
  EXPECT_THAT(gates().set(gate(PollState::open, 10, 1)).value(), testing::ElementsAre(there));
  EXPECT_EQ(rejected("lunch.2"), std::nullopt);
  poll::VoteGate other = gate(PollState::open, 1);
  other.poll = poll("dinner");
  const std::vector<poll::VoteGate> both{gate(PollState::closed, 9, 2), other};
  EXPECT_THAT(gates().set_all(both).value(), testing::ElementsAre(there));
  EXPECT_EQ(rejected("dinner"), std::nullopt) << "the others are set";
  EXPECT_THAT(gates().set(gate(PollState::closed, 11, 2)).value(), testing::IsEmpty());
  EXPECT_EQ(rejected("lunch.2"), RejectionReason::closed);
}

TEST_P(VoteGatesConformance, AreGoneWhenTheyAreRemoved) {
  poll::VoteGate other = gate(PollState::open, 2);
  other.poll = poll("dinner");
  set(gate(PollState::closed, 3));
  set(other);
  EXPECT_THAT(gates().polls().value(), testing::UnorderedElementsAre(poll("lunch"), poll("dinner")));
  ASSERT_TRUE(gates().remove(poll("lunch")));
  ASSERT_TRUE(gates().remove(poll("lunch")));
  EXPECT_EQ(rejected("lunch"), RejectionReason::unavailable);
  EXPECT_EQ(rejected("dinner"), std::nullopt);
  EXPECT_THAT(gates().polls().value(), testing::ElementsAre(poll("dinner")));
}

// For a poll in which votes can't be changed.
poll::Vote unchangeable(const std::string& voter_id, const std::string& selected, const std::string& run) {
  poll::Vote cast = vote(voter_id, selected, run);
  cast.once = true;
  return cast;
}

TEST_P(VoteGatesConformance, TakeOneAnswerOfAVoterWhoMayNotChangeIt) {
  set(gate(PollState::open, 2));
  EXPECT_TRUE(cast(unchangeable("ann", "a", "lunch"), 0));
  for (std::size_t queue = 0; queue < queues; ++queue) {
    const auto other = cast(unchangeable("ann", "b", "lunch"), queue);
    ASSERT_FALSE(other);
    EXPECT_EQ(other.error().reason, RejectionReason::already_voted);
    EXPECT_TRUE(cast(unchangeable("ann", "a", "lunch"), queue)) << "the answer was lost, and is sent again";
  }
  EXPECT_TRUE(cast(unchangeable("bob", "b", "lunch"), 0));
  set(gate(PollState::closed, 3));
  EXPECT_EQ(cast(unchangeable("ann", "b", "lunch"), 0).error().reason, RejectionReason::closed);
  set(gate(PollState::open, 4));
  EXPECT_EQ(cast(unchangeable("ann", "b", "lunch"), 0).error().reason, RejectionReason::already_voted);
  set(gate(PollState::open, 5, 2));
  EXPECT_TRUE(cast(unchangeable("ann", "b", "lunch.2"), 0)) << "in another run";
  expect_that_accepted_votes_count();
}

TEST_P(VoteGatesConformance, TakeOneOfSeveralAnswersThatComeAtOnce) {
  constexpr int rounds = 200;
  set(gate(PollState::open, 2));
  for (int round = 0; round < rounds; ++round) {
    std::vector<Sent> sent;
    for (std::size_t queue = 0; queue < queues; ++queue) {
      const std::string selected(1, static_cast<char>('a' + queue));
      sent.push_back(send(unchangeable("voter" + std::to_string(round), selected, "lunch"), queue));
    }
    std::set<std::string> taken;
    for (Sent& one : sent) {
      const std::string selected = one.vote.selection.text();
      if (outcome_of(std::move(one))) taken.insert(selected);
    }
    EXPECT_EQ(taken.size(), 1U) << "in round " << round;
  }
  expect_that_accepted_votes_count();
}

// Writers with old and new revisions, in any order.
TEST_P(VoteGatesConformance, EndWithTheNewestOfManyWriters) {
  constexpr std::uint64_t newest = 200;
  std::vector<std::jthread> writers;
  for (std::uint64_t n = 0; n < queues; ++n) {
    writers.emplace_back([this, n] {
      for (std::uint64_t revision = 1 + n; revision <= newest; revision += queues) {
        EXPECT_TRUE(gates().set(gate(revision == newest ? PollState::archived : PollState::open, revision)));
      }
    });
  }
  writers.clear();
  EXPECT_EQ(rejected("lunch"), RejectionReason::archived);
}

// Rounds of votes against the close of their run: on each queue, votes are sent until they are rejected.
class ClosingRace : public VoteGatesConformance {
 protected:
  void run_round(std::uint32_t run) {
    set(gate(PollState::open, std::uint64_t{2} * run, run));
    accepted_in_round_ = 0;
    closed_ = false;
    std::array<poll::Version, queues> last{};
    std::vector<std::jthread> voters;
    for (std::size_t queue = 0; queue < queues; ++queue) {
      voters.emplace_back([this, run, queue, &last] { last.at(queue) = vote_until_rejected(run, queue); });
    }
    const int wanted = static_cast<int>(run % 8);
    EXPECT_TRUE(eventually([&] { return accepted_in_round_ >= wanted; }));
    set(gate(PollState::closed, std::uint64_t{2} * run + 1, run));
    closed_ = true;
    // The version of a vote that comes after the close.
    const auto fence = cast(vote("fence" + std::to_string(run), "a"));
    ASSERT_TRUE(fence) << fence.error().message;
    voters.clear();
    for (const poll::Version version : last) EXPECT_LT(version, *fence) << "in run " << run;
  }

  std::atomic<int> rejected_while_closing_ = 0;

 private:
  // Votes in bursts, so that many votes are on their way when the poll closes. Returns the version of the
  // last accepted one.
  poll::Version vote_until_rejected(std::uint32_t run, std::size_t queue) {
    constexpr int most = 10'000;
    constexpr int burst = 8;
    const std::string id = poll::id_of_run(poll("lunch"), run).text();
    poll::Version last;
    for (int n = 0; n < most; ++n) {
      std::vector<std::pair<Sent, bool>> sent;  // and whether the close had returned
      for (int place = 0; place < burst; ++place) {
        const bool late = closed_;
        const std::string name = std::to_string(queue) + "." + std::to_string(n * burst + place);
        sent.emplace_back(send(vote(name, "a", id), queue), late);
      }
      if (has_rejected(std::move(sent), last)) return last;
    }
    ADD_FAILURE() << "the close has no effect";
    return last;
  }

  // Whether the gate has rejected the last of these votes, and those before it back to one of them.
  bool has_rejected(std::vector<std::pair<Sent, bool>> sent, poll::Version& last) {
    bool rejected = false;
    for (auto& [one, late] : sent) {
      const auto outcome = outcome_of(std::move(one));
      if (!outcome) {
        EXPECT_EQ(outcome.error().reason, RejectionReason::closed) << outcome.error().message;
        if (!late) ++rejected_while_closing_;
        rejected = true;
        continue;
      }
      EXPECT_FALSE(late) << "a vote was accepted that came after the close had returned";
      EXPECT_FALSE(rejected) << "a vote was accepted that came after a rejected one";
      EXPECT_LT(last, *outcome);
      last = *outcome;
      ++accepted_in_round_;
    }
    return rejected;
  }

  std::atomic<int> accepted_in_round_ = 0;
  std::atomic<bool> closed_ = false;
};

TEST_P(ClosingRace, CountsWhatWasAcceptedAndNothingElse) {
  constexpr std::uint32_t rounds = 1000;
  for (std::uint32_t run = 1; run <= rounds && !HasFailure(); ++run) run_round(run);
  expect_that_accepted_votes_count();
  // Otherwise no vote met a close, and the test has shown nothing.
  EXPECT_GT(rejected_while_closing_, 0);
}

INSTANTIATE_TEST_SUITE_P(, VoteGatesConformance, testing::ValuesIn(gated_queues()),
                         [](const auto& tested) { return tested.param.name; });
INSTANTIATE_TEST_SUITE_P(, ClosingRace, testing::ValuesIn(gated_queues()),
                         [](const auto& tested) { return tested.param.name; });

}  // namespace
}  // namespace pollux::conformance
