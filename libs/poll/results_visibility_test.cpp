#include "poll/results_visibility.hpp"

#include <string>

#include <gtest/gtest.h>

#include "poll/question_json.hpp"

namespace pollux::poll {
namespace {

// Who sees results in the states draft, open, closed and archived: "-" no one, "v" who has voted, "+" all.
std::string viewers(ResultsPolicy policy) {
  const Question asked =
      parse_question_json(R"({"kind":"single","text":"Which?","options":["One","Two"]})").value();
  ManagedPoll poll = new_poll(make_poll_id({}), PollCode::parse("K7MXQ4").value(),
                              {.title = "Lunch", .question = asked, .policies = {.results = policy}}, {});
  std::string seen;
  for (const PollState state : {PollState::draft, PollState::open, PollState::closed, PollState::archived}) {
    poll.state = state;
    seen += shows_results(poll, false) ? '+' : shows_results(poll, true) ? 'v' : '-';
  }
  return seen;
}

TEST(ResultsVisibility, FollowsThePolicyAndTheState) {
  EXPECT_EQ(viewers(ResultsPolicy::live), "-+++");
  EXPECT_EQ(viewers(ResultsPolicy::after_vote), "-v++");
  EXPECT_EQ(viewers(ResultsPolicy::after_close), "--++");
  EXPECT_EQ(viewers(ResultsPolicy::hidden), "----");
}

}  // namespace
}  // namespace pollux::poll
