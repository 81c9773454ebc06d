#include "result/poll_history.hpp"

#include <string>
#include <string_view>
#include <utility>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <gtest/gtest.h>

#include "result/testing/managed_polls.hpp"

namespace pollux::result {
namespace {

using namespace std::chrono_literals;

const TallyHistory::Time opening{1000s};

// A member of the history of the poll.
std::string member(PollHistory& history, const ResultsNow& now, TallyHistory::Time at,
                   std::string_view name) {
  return boost::json::serialize(boost::json::parse(history.json(now, at)).at(name));
}

TEST(PollHistory, HasTheCountsOfTheOptionsOverTime) {
  PollHistory history;
  const poll::ManagedPoll poll = open_poll();
  history.record(results_now(poll, {"a"}), opening);
  history.record(results_now(poll, {"a", "b"}), opening + 1s);  // too soon for a point of its own
  history.record(results_now(poll, {"a", "b", "b"}), opening + 5s);
  const ResultsNow now = results_now(poll, {"a", "b", "b", "a"});
  EXPECT_EQ(history.json(now, opening + 10s),
            R"({"poll":")" + poll.id.text() +
                R"(","now":1010000,"options":["a","b"],"points":[{"at":1000000,"counts":[1,0]},)"
                R"({"at":1005000,"counts":[1,2]},{"at":1010000,"counts":[2,2]}]})");
}

TEST(PollHistory, HasTheNumberOfVotersOfOtherKinds) {
  for (const std::string_view question : {how_was_it, in_which_order}) {
    PollHistory history;
    const std::string vote = question == how_was_it ? "4" : ">a>b";
    const ResultsNow now = results_now(open_poll(question), {vote, vote});
    EXPECT_EQ(member(history, now, opening, "options"), R"([""])");
    EXPECT_EQ(member(history, now, opening, "points"), R"([{"at":1000000,"counts":[2]}])");
  }
}

TEST(PollHistory, HasNothingThatIsHidden) {
  PollHistory history;
  const poll::ManagedPoll poll = open_poll();
  history.record(results_now(poll, {"a"}), opening);
  for (const auto policy :
       {poll::ResultsPolicy::after_vote, poll::ResultsPolicy::after_close, poll::ResultsPolicy::hidden}) {
    const ResultsNow hidden = results_now(with_policy(poll, policy), {"a", "b"});
    EXPECT_EQ(member(history, hidden, opening + 10s, "points"), "[]");
    history.record(hidden, opening + 20s);
  }
  // Nor what was hidden before, or was seen before that.
  EXPECT_EQ(member(history, results_now(poll, {"a", "b", "b"}), opening + 30s, "points"),
            R"([{"at":1030000,"counts":[1,2]}])");
}

TEST(PollHistory, BeginsAgainWithEachRun) {
  PollHistory history;
  poll::ManagedPoll poll = open_poll();
  history.record(results_now(poll, {"a"}), opening);
  poll.run = 2;
  EXPECT_EQ(member(history, results_now(poll, {"b"}), opening + 10s, "points"),
            R"([{"at":1010000,"counts":[0,1]}])");
}

TEST(PollHistory, WaitsForTheTally) {
  PollHistory history;
  ResultsNow now = results_now(open_poll(), {"a"});
  const auto tally = std::exchange(now.tally, nullptr);
  history.record(now, opening);
  EXPECT_EQ(member(history, now, opening, "points"), "[]");
  now.tally = tally;
  history.record(now, opening + 1s);
  EXPECT_EQ(member(history, now, opening + 1s, "points"), R"([{"at":1001000,"counts":[1,0]}])");
}

TEST(PollHistory, IsBounded) {
  PollHistory history;
  const ResultsNow now = results_now(open_poll(), {"a"});
  for (int minute = 0; minute < 1000; ++minute) history.record(now, opening + minute * 60s);
  const auto points = boost::json::parse(history.json(now, opening + 1000 * 60s)).at("points").as_array();
  EXPECT_EQ(points.size(), 150U);
  EXPECT_EQ(points.back().at("at").as_int64(), 1000 * 61'000);
}

}  // namespace
}  // namespace pollux::result
