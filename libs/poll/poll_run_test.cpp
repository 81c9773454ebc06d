#include "poll/poll_run.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace pollux::poll {
namespace {

using testing::AllOf;
using testing::HasSubstr;

PollId id(const std::string& text) {
  return PollId::parse(text).value();
}

Poll poll(const std::string& question, const std::vector<std::string>& labels) {
  return Poll::create(id("default"), question, labels).value();
}

const Poll cats = poll("Cats vs Dogs!", {"Cats", "Dogs"});
const Poll noodles = poll("Noodles vs Pizza!", {"Noodles", "Pizza"});

RecordedRun recorded(const std::optional<Poll>& of, std::uint64_t votes = 3,
                     const std::string& selection = "a") {
  RecordedRun run{.run = 2, .definition = std::nullopt, .counts = {}};
  if (of) run.definition = definition_of(*of);
  if (votes > 0) run.counts[Selection::parse(selection).value()] = votes;
  return run;
}

Likeness likeness(const std::vector<std::string>& before, const std::vector<std::string>& now) {
  return compare({"Which?", before}, {"Which?", now});
}

TEST(PollRun, HasAnIdOfItsOwnExceptTheFirst) {
  EXPECT_EQ(id_of_run(id("default"), 1), id("default"));
  EXPECT_EQ(id_of_run(id("default"), 12), id("default.12"));
  EXPECT_EQ(run_of(id("default"), id("default")), 1U);
  EXPECT_EQ(run_of(id("default.12"), id("default")), 12U);
  for (const std::string other :
       {"default.", "default.1", "default.02", "default.x", "default.2x", "defaults", "lunch"}) {
    EXPECT_EQ(run_of(id(other), id("default")), std::nullopt) << other;
  }
}

TEST(PollRun, IsStoredAsLines) {
  const PollDefinition definition = definition_of(cats);
  EXPECT_EQ(text_of(definition), "Cats vs Dogs!\nCats\nDogs");
  EXPECT_EQ(parse_definition(text_of(definition)), definition);
  for (const std::string other :
       {"", "Which?", "Which?\nCats", "\nCats\nDogs", "Which?\n\nDogs", "Which?\nCats\nDogs\n"}) {
    EXPECT_EQ(parse_definition(other), std::nullopt) << other;
  }
}

TEST(PollRun, ContinuesAfterASmallCorrection) {
  EXPECT_EQ(likeness({"Cats", "Dogs"}, {"cats ", "DOGS"}), Likeness::same);
  EXPECT_EQ(likeness({"Yes", "No"}, {"Yes!", "No!"}), Likeness::same);
  EXPECT_EQ(likeness({"Noodels", "Pizza"}, {"Noodles", "Pizza"}), Likeness::corrected);
  EXPECT_EQ(
      compare({"Were shall we eat?", {"Noodles", "Pizza"}}, {"Where shall we eat?", {"Noodles", "Pizza"}}),
      Likeness::corrected);
}

TEST(PollRun, ContinuesAfterOneCorrectionButNotAfterTwo) {
  EXPECT_EQ(likeness({"Noodels", "Piizza"}, {"Noodles", "Pizza"}), Likeness::other);
  EXPECT_EQ(
      compare({"Were shall we eat?", {"Noodels", "Pizza"}}, {"Where shall we eat?", {"Noodles", "Pizza"}}),
      Likeness::other);
  EXPECT_EQ(compare(definition_of(poll("Noodels vs Pizza!", {"Noodels", "Pizza"})), definition_of(noodles)),
            Likeness::corrected)
      << "the question is made from the labels";
}

TEST(PollRun, IsAnotherOneWithOtherOptions) {
  EXPECT_EQ(likeness({"Cats", "Dogs"}, {"Noodles", "Pizza"}), Likeness::other);
  EXPECT_EQ(likeness({"Cats", "Dogs"}, {"Dogs", "Cats"}), Likeness::other);
  EXPECT_EQ(likeness({"Cats", "Dogs"}, {"Bats", "Hogs"}), Likeness::other);
  EXPECT_EQ(likeness({"Wine", "Beer"}, {"Pine", "Deer"}), Likeness::other);
  EXPECT_EQ(likeness({"Yes", "Yes!"}, {"Yes!", "Yes"}), Likeness::other) << "places changed";
  EXPECT_EQ(likeness({"Room A", "Room B"}, {"Room B", "Room A"}), Likeness::other) << "places changed";
  EXPECT_EQ(likeness({"Room A", "Room B"}, {"Room C", "Room B"}), Likeness::other)
      << "as similar to the other one";
  EXPECT_EQ(likeness({"In 2025", "Never"}, {"In 2026", "Never"}), Likeness::other) << "digits";
  EXPECT_EQ(likeness({"Tea", "Coffee"}, {"Pea", "Coffee"}), Likeness::other) << "too short for a correction";
  EXPECT_EQ(likeness({"Cats", "Dogs"}, {"Cats", "Dogs", "Fish"}), Likeness::other);
}

TEST(PollRun, OfAnotherQuestionDoesNotContinueOverVotes) {
  const auto decision = decide_run(recorded(cats), noodles, RunWish::newest);
  ASSERT_FALSE(decision);
  EXPECT_EQ(decision.error().message,
            "There are votes for \"Cats vs Dogs!\" (Cats, Dogs), which would count for \"Noodles vs Pizza!\" "
            "(Noodles, "
            "Pizza).");
}

TEST(PollRun, IsTheNextOneOnRequest) {
  const RunDecision decision = decide_run(recorded(cats), noodles, RunWish::next).value();
  EXPECT_EQ(decision.run, 3U);
  EXPECT_TRUE(decision.define);
  EXPECT_EQ(decide_run(recorded(cats, 0), cats, RunWish::next).value().run, 2U)
      << "without votes it is reused";
}

TEST(PollRun, OfAnotherQuestionHasAnotherIdEvenWithoutVotes) {
  for (const RunWish wish : {RunWish::newest, RunWish::next, RunWish::keep}) {
    EXPECT_EQ(decide_run(recorded(cats, 0), noodles, wish).value().run, 3U);
  }
  EXPECT_EQ(decide_run(recorded(std::nullopt, 0), noodles, RunWish::newest).value().run, 2U)
      << "it was never shown";
}

TEST(PollRun, KeepsItsVotesAfterARewordingOnRequest) {
  const RunDecision decision = decide_run(recorded(cats), noodles, RunWish::keep).value();
  EXPECT_EQ(decision.run, 2U);
  EXPECT_THAT(decision.remark, HasSubstr("is now worded"));
  EXPECT_FALSE(decide_run(recorded(cats, 1, "c"), noodles, RunWish::keep))
      << "a vote for an option that is gone";
}

TEST(PollRun, IsTheNewestWithoutARemarkIfNothingChanged) {
  const RunDecision decision = decide_run(recorded(cats), cats, RunWish::newest).value();
  EXPECT_EQ(decision.run, 2U);
  EXPECT_FALSE(decision.define);
  EXPECT_EQ(decision.remark, "");
  EXPECT_EQ(decide_run(std::nullopt, cats, RunWish::newest).value().run, 1U);
}

TEST(PollRun, AdoptsVotesWithoutADefinitionIfTheyFitTheOptions) {
  EXPECT_THAT(decide_run(recorded(std::nullopt), cats, RunWish::newest).value().remark,
              HasSubstr("have no question stored"));
  EXPECT_TRUE(decide_run(recorded(std::nullopt), cats, RunWish::newest).value().adopted);
  EXPECT_THAT(decide_run(recorded(std::nullopt, 1, "c"), cats, RunWish::newest).error().message,
              AllOf(HasSubstr("option c"), HasSubstr("Cats vs Dogs!")));
}

}  // namespace
}  // namespace pollux::poll
