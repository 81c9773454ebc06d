#include "queue/first_votes.hpp"

#include <optional>
#include <string_view>

#include <gtest/gtest.h>

namespace pollux::queue {
namespace {

using poll::RejectionReason;

poll::Vote once_vote(std::string_view voter, std::string_view selection) {
  return {.poll = poll::PollId::parse("lunch").value(),
          .voter = poll::VoterId::parse(voter).value(),
          .selection = poll::Selection::parse(selection).value(),
          .once = true};
}

std::optional<RejectionReason> reason_of(const FirstVotes& votes, std::string_view voter,
                                         std::string_view selection) {
  const auto rejection = votes.rejection_of(once_vote(voter, selection));
  return rejection ? std::optional(rejection->reason) : std::nullopt;
}

TEST(FirstVotes, RejectAnotherAnswerOfTheVoterAndNotTheSameAgain) {
  FirstVotes votes;
  EXPECT_EQ(reason_of(votes, "ann", "a"), std::nullopt);
  votes.note_queued(once_vote("ann", "a"), {1, 1});
  EXPECT_EQ(reason_of(votes, "ann", "b"), RejectionReason::unavailable) << "it may not be recorded";
  votes.note_recorded({{1, 1}, once_vote("ann", "a")});
  EXPECT_EQ(reason_of(votes, "ann", "b"), RejectionReason::already_voted);
  EXPECT_EQ(reason_of(votes, "ann", "a"), std::nullopt);
  EXPECT_EQ(reason_of(votes, "bob", "b"), std::nullopt);
}

TEST(FirstVotes, LetAVoterWhoseVoteWasReleasedAnswerAnew) {
  FirstVotes votes;
  votes.note_queued(once_vote("ann", "a"), {1, 1});
  votes.note_queued(once_vote("ann", "a"), {1, 2});
  votes.note_released({{1, 2}, once_vote("ann", "a")});
  EXPECT_EQ(reason_of(votes, "ann", "b"), RejectionReason::unavailable) << "the first attempt waits";
  votes.note_released({{1, 1}, once_vote("ann", "a")});
  EXPECT_EQ(reason_of(votes, "ann", "b"), std::nullopt);
}

TEST(FirstVotes, KeepAnAttemptThatWasRecordedAfterTheFirstOneWasReleased) {
  FirstVotes votes;
  votes.note_queued(once_vote("ann", "a"), {1, 1});
  votes.note_queued(once_vote("ann", "a"), {1, 2});
  votes.note_released({{1, 1}, once_vote("ann", "a")});
  votes.note_recorded({{1, 2}, once_vote("ann", "a")});
  EXPECT_EQ(reason_of(votes, "ann", "b"), RejectionReason::already_voted);
}

TEST(FirstVotes, ForgetARun) {
  FirstVotes votes;
  votes.note_queued(once_vote("ann", "a"), {1, 1});
  votes.forget("dinner");
  EXPECT_EQ(reason_of(votes, "ann", "b"), RejectionReason::unavailable);
  votes.forget("lunch");
  votes.note_recorded({{1, 1}, once_vote("ann", "a")});
  EXPECT_EQ(reason_of(votes, "ann", "b"), std::nullopt);
}

}  // namespace
}  // namespace pollux::queue
