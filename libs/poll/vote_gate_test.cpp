#include "poll/vote_gate.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

#include <gtest/gtest.h>

#include "poll/poll_run.hpp"

namespace pollux::poll {
namespace {

PollId with_id(std::string_view text) {
  return PollId::parse(text).value();
}

TEST(VoteGate, IsNotForThePollOfTheSettings) {
  EXPECT_FALSE(gated_run(with_id("default")));
  EXPECT_FALSE(gated_run(id_of_run(with_id("default"), 2)));
  EXPECT_FALSE(gated_run(id_of_run(with_id("default"), max_run)));
}

TEST(VoteGate, FindsThePollAndTheRunOfAnId) {
  const PollId poll = make_poll_id(std::chrono::system_clock::now());
  for (const std::uint32_t run : {1U, 2U, 10U, max_run}) {
    const PollId of_run = id_of_run(poll, run);
    const auto gated = gated_run(of_run);
    ASSERT_TRUE(gated) << of_run;
    EXPECT_EQ(gated->poll, poll.text());
    EXPECT_EQ(gated->run, run);
  }
}

TEST(VoteGate, TakesWhatIsNoNumberOfARunAsPartOfTheId) {
  for (const auto* text : {"default.1", "default.0", "default.02", "default.1000001", "default.x", "default.",
                           ".2", "default.-2", "default2", "default.18446744073709551618", "a.b"}) {
    const PollId run = with_id(text);
    const auto gated = gated_run(run);
    ASSERT_TRUE(gated) << text;
    EXPECT_EQ(gated->poll, text);
    EXPECT_EQ(gated->run, 1U);
  }
}

std::optional<RejectionReason> reason(PollState state, std::uint32_t run, std::uint32_t vote) {
  const auto rejection = rejection_by({.state = state, .run = run}, vote);
  if (!rejection) return std::nullopt;
  EXPECT_FALSE(rejection->message.empty());
  return rejection->reason;
}

TEST(VoteGate, OpensForTheCurrentRunOfAnOpenPoll) {
  EXPECT_EQ(reason(PollState::open, 1, 1), std::nullopt);
  EXPECT_EQ(reason(PollState::open, 7, 7), std::nullopt);
  EXPECT_EQ(reason(PollState::draft, 1, 1), RejectionReason::not_open);
  EXPECT_EQ(reason(PollState::closed, 1, 1), RejectionReason::closed);
  EXPECT_EQ(reason(PollState::archived, 1, 1), RejectionReason::archived);
}

TEST(VoteGate, SaysThatThePollHasChangedForAnEarlierRun) {
  for (const PollState state : {PollState::draft, PollState::open, PollState::closed, PollState::archived}) {
    EXPECT_EQ(reason(state, 3, 2), RejectionReason::other_run);
  }
}

TEST(VoteGate, IsNotKnownYetForALaterRun) {
  EXPECT_EQ(reason(PollState::open, 2, 3), RejectionReason::unavailable);
  EXPECT_EQ(reason(PollState::closed, 2, 3), RejectionReason::unavailable);
  EXPECT_EQ(rejection_without_gate().reason, RejectionReason::unavailable);
}

TEST(VoteRejection, OfAnErrorAllowsAnotherAttempt) {
  EXPECT_EQ(VoteRejection(full("Full.")).reason, RejectionReason::full);
  EXPECT_EQ(VoteRejection(unavailable("Down.")).reason, RejectionReason::unavailable);
  EXPECT_EQ(VoteRejection(invalid("Wrong.")).reason, RejectionReason::unavailable);
  EXPECT_EQ(VoteRejection(invalid("Wrong.")).message, "Wrong.");
}

}  // namespace
}  // namespace pollux::poll
