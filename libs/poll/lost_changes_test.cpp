#include "poll/lost_changes.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "poll/poll_run.hpp"
#include "poll/question_json.hpp"

namespace pollux::poll {
namespace {

using namespace std::chrono_literals;

constexpr PollTime time_before_loss = std::chrono::sys_days(2026y / 11 / 27);
constexpr PollTime time_after_loss = time_before_loss + 24h;

Question asked_about(const std::string& options = R"("Tea","Coffee")") {
  return parse_question_json(R"({"kind":"single","text":"Tea or coffee?","options":[)" + options + "]}")
      .value();
}

// What the database has: a poll with revision 5, in its run 2.
ManagedPoll left_poll(PollState state) {
  ManagedPoll poll = new_poll(make_poll_id(time_before_loss), PollCode::parse("K7MXQ4").value(),
                              {.title = "Drinks", .question = asked_about()}, time_before_loss);
  poll.state = state;
  poll.run = 2;
  poll.revision = 5;
  poll.content.schedule.opens_at = time_before_loss + 1h;
  if (state != PollState::draft) poll.opened_at = time_before_loss;
  return poll;
}

LostChange lost_change(const ManagedPoll& poll, PollState state, std::uint32_t run = 2,
                       std::optional<Question> question = asked_about()) {
  return {.known = {.poll = poll.id, .state = state, .run = run, .revision = 9},
          .question = std::move(question)};
}

TEST(LostChanges, RaiseTheRevisionAboveTheKnownOne) {
  const ManagedPoll poll = left_poll(PollState::open);
  const ManagedPoll after = recovered(poll, lost_change(poll, PollState::open), time_after_loss).value();
  ManagedPoll expected = poll;
  expected.revision = 10;
  expected.changed_at = time_after_loss;
  EXPECT_EQ(after, expected) << "nothing else has changed";
}

TEST(LostChanges, ChangeNothingThatIsNewer) {
  ManagedPoll poll = left_poll(PollState::open);
  poll.revision = 10;
  EXPECT_EQ(recovered(poll, lost_change(poll, PollState::closed), time_after_loss).value(), poll);
}

TEST(LostChanges, KeepClosedWhatWasClosed) {
  for (const PollState known : {PollState::closed, PollState::archived}) {
    const ManagedPoll poll = left_poll(PollState::open);
    const ManagedPoll after = recovered(poll, lost_change(poll, known), time_after_loss).value();
    EXPECT_EQ(after.state, PollState::closed);
    EXPECT_EQ(after.closed_at, time_after_loss);
    EXPECT_EQ(after.run, 2U);
  }
  const ManagedPoll closed = left_poll(PollState::closed);
  EXPECT_EQ(recovered(closed, lost_change(closed, PollState::open), time_after_loss).value().state,
            PollState::closed);
}

TEST(LostChanges, RepeatAnOpening) {
  const ManagedPoll poll = left_poll(PollState::draft);
  const ManagedPoll opened = recovered(poll, lost_change(poll, PollState::open), time_after_loss).value();
  EXPECT_EQ(opened.state, PollState::open);
  EXPECT_EQ(opened.run, 2U);
  EXPECT_EQ(opened.opened_at, time_after_loss);
  const ManagedPoll closed = recovered(poll, lost_change(poll, PollState::closed), time_after_loss).value();
  EXPECT_EQ(closed.state, PollState::closed);
  EXPECT_EQ(closed.closed_at, time_after_loss);
  const ManagedPoll draft = recovered(poll, lost_change(poll, PollState::draft), time_after_loss).value();
  EXPECT_EQ(draft.state, PollState::draft);
  EXPECT_EQ(draft.content, poll.content) << "with its schedule";
}

TEST(LostChanges, BeginAnotherRunIfPeopleWereAskedSomethingElse) {
  const ManagedPoll poll = left_poll(PollState::draft);
  for (const auto& asked : {std::optional(asked_about(R"("Tea","Milk")")), std::optional<Question>()}) {
    const ManagedPoll after =
        recovered(poll, lost_change(poll, PollState::open, 2, asked), time_after_loss).value();
    EXPECT_EQ(after.state, PollState::draft);
    EXPECT_EQ(after.run, 3U);
    EXPECT_EQ(after.content.question, asked_about());
    EXPECT_EQ(after.content.schedule.opens_at, std::nullopt) << "it would open at once";
  }
}

// The schedule has opened the older draft, or somebody has.
TEST(LostChanges, BeginAnotherRunAlsoIfThePollWasOpenedSince) {
  const auto asked = std::optional(asked_about(R"("Tea","Milk")"));
  for (const PollState here : {PollState::open, PollState::closed}) {
    for (const PollState known : {PollState::open, PollState::closed, PollState::archived}) {
      const ManagedPoll poll = left_poll(here);
      const ManagedPoll after = recovered(poll, lost_change(poll, known, 2, asked), time_after_loss).value();
      EXPECT_EQ(after.state, PollState::draft);
      EXPECT_EQ(after.run, 3U) << "run 2 has votes for the other question";
      EXPECT_EQ(after.opened_at, std::nullopt);
      EXPECT_EQ(after.content.schedule.opens_at, std::nullopt);
    }
  }
  const ManagedPoll open = left_poll(PollState::open);
  EXPECT_EQ(recovered(open, lost_change(open, PollState::open, 2, std::nullopt), time_after_loss)->run, 2U)
      << "nothing speaks for another question";
  EXPECT_EQ(recovered(open, lost_change(open, PollState::draft, 2, asked), time_after_loss)->run, 2U)
      << "a draft has no votes";
}

TEST(LostChanges, KnowRunsThatTheDatabaseHasForgotten) {
  for (const PollState state : {PollState::open, PollState::closed, PollState::draft}) {
    const ManagedPoll poll = left_poll(state);
    const ManagedPoll draft =
        recovered(poll, lost_change(poll, PollState::draft, 4), time_after_loss).value();
    EXPECT_EQ(draft.state, PollState::draft);
    EXPECT_EQ(draft.run, 4U);
    EXPECT_EQ(draft.opened_at, std::nullopt);
    const ManagedPoll opened =
        recovered(poll, lost_change(poll, PollState::open, 4), time_after_loss).value();
    EXPECT_EQ(opened.state, PollState::open);
    EXPECT_EQ(opened.run, 4U);
    const ManagedPoll other =
        recovered(poll, lost_change(poll, PollState::open, 4, std::nullopt), time_after_loss).value();
    EXPECT_EQ(other.state, PollState::draft);
    EXPECT_EQ(other.run, 5U) << "run 4 has votes for an unknown question";
  }
}

TEST(LostChanges, LeaveArchivedPollsAndLaterRunsAsTheyAre) {
  const ManagedPoll archived = left_poll(PollState::archived);
  EXPECT_EQ(recovered(archived, lost_change(archived, PollState::open, 3), time_after_loss).value().state,
            PollState::archived);
  const ManagedPoll later = left_poll(PollState::open);
  const ManagedPoll after =
      recovered(later, lost_change(later, PollState::closed, 1), time_after_loss).value();
  EXPECT_EQ(after.state, PollState::open);
  EXPECT_EQ(after.revision, 10U);
}

TEST(LostChanges, EndWithTheLastRun) {
  ManagedPoll poll = left_poll(PollState::draft);
  const auto after =
      recovered(poll, lost_change(poll, PollState::open, max_run, std::nullopt), time_after_loss);
  ASSERT_FALSE(after);
  EXPECT_EQ(after.error().code, PollErrorCode::not_allowed);
}

TEST(LostChanges, EndWithTheLastRevision) {
  const ManagedPoll poll = left_poll(PollState::open);
  LostChange lost = lost_change(poll, PollState::closed);
  for (const std::uint64_t revision : {max_revision, ~std::uint64_t{0}}) {
    lost.known.revision = revision;
    const auto after = recovered(poll, lost, time_after_loss);
    ASSERT_FALSE(after);
    EXPECT_EQ(after.error().code, PollErrorCode::not_allowed);
  }
  lost.known.revision = max_revision - 1;
  EXPECT_EQ(recovered(poll, lost, time_after_loss)->revision, max_revision);
}

TEST(LostChanges, AreComparedWithoutWhatHasNoRevision) {
  ManagedPoll one = left_poll(PollState::closed);
  ManagedPoll other = one;
  one.votes_deleted_at = time_after_loss;
  EXPECT_TRUE(is_same_change(one, other));
  other.content.title = "Other drinks";
  EXPECT_FALSE(is_same_change(one, other));
}

}  // namespace
}  // namespace pollux::poll
