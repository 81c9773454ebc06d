#include "poll/results.hpp"

#include <gtest/gtest.h>

namespace pollux::poll {
namespace {

Selection selection(std::string_view text) {
  return Selection::parse(text).value();
}

Poll cats_or_dogs() {
  return Poll::create(PollId::parse("pets").value(), "Cats or dogs?", {"Cats", "Dogs"}).value();
}

TEST(Results, ShowEveryOptionInItsOrderWithLabelAndCount) {
  const Poll poll = cats_or_dogs();
  const Results results = make_results(poll, {poll.id(), 7, {{selection("b"), 3}, {selection("a"), 2}}});
  EXPECT_EQ(results, (Results{poll.id(), 7, "Cats or dogs?", {{{"a", "Cats"}, 2}, {{"b", "Dogs"}, 3}}, 5}));
}

TEST(Results, ShowZeroForAnOptionWithoutVotes) {
  const Poll poll = cats_or_dogs();
  const Results results = make_results(poll, {poll.id(), 0, {}});
  EXPECT_EQ(results.options, (std::vector<OptionResult>{{{"a", "Cats"}, 0}, {{"b", "Dogs"}, 0}}));
  EXPECT_EQ(results.total, 0U);
}

TEST(Results, LeaveOutSelectionsThatThePollDoesNotHave) {
  const Poll poll = cats_or_dogs();
  const Results results = make_results(poll, {poll.id(), 1, {{selection("a"), 1}, {selection("c"), 5}}});
  EXPECT_EQ(results.total, 1U);
  EXPECT_EQ(results.options.size(), 2U);
}

}  // namespace
}  // namespace pollux::poll
