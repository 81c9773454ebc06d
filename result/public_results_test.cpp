#include "result/public_results.hpp"

#include <string>
#include <vector>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <gtest/gtest.h>

#include "result/testing/managed_polls.hpp"

namespace pollux::result {
namespace {

namespace json = boost::json;
using poll::PollState;
using poll::ResultsPolicy;

const std::vector<std::string> three_votes{"a", "b", "a"};

json::object public_object(const ResultsNow& now) {
  return json::parse(public_results_json(now)).as_object();
}

TEST(PublicResults, AreTheQuestionAndItsResults) {
  const poll::ManagedPoll poll = open_poll();
  EXPECT_EQ(public_results_json(results_now(poll, three_votes)),
            R"({"poll":")" + poll.id.text() +
                R"(","code":"K7MXQ4","state":"open","run":1,"revision":1,)"
                R"("question":{"kind":"single","text":"Tea or coffee?","options":["Tea","Coffee"]},)"
                R"("policy":"live","opens_at":null,"closes_at":null,"voters":3,"version":3,)"
                R"("results":{"kind":"single","voters":3,"options":[)"
                R"({"id":"a","label":"Tea","count":2,"share":0.6666666666666666},)"
                R"({"id":"b","label":"Coffee","count":1,"share":0.3333333333333333}]}})");
}

TEST(PublicResults, HaveTheThemeOfThePoll) {
  poll::ManagedPoll poll = open_poll();
  EXPECT_FALSE(public_object(results_now(poll, {})).contains("theme")) << "that of the design";
  poll.content.theme = {.accent = parse_color("#0b7267")};
  EXPECT_EQ(json::serialize(public_object(results_now(poll, {})).at("theme")),
            R"({"accent":"#0b7267","scheme":"auto"})");
}

TEST(PublicResults, HaveTheLogoOfAPollThatWasOpened) {
  poll::ManagedPoll poll = open_poll();
  poll.content.theme.logo = {
      .hash = "0a1b", .format = {.type = poll::LogoType::webp, .width = 9, .height = 8}, .alternative = ""};
  EXPECT_EQ(json::serialize(public_object(results_now(poll, {})).at("logo")),
            R"({"hash":"0a1b","type":"image/webp","width":9,"height":8,"alt":""})");
  EXPECT_FALSE(public_object(results_now(poll, {})).contains("theme"));
  poll.state = poll::PollState::draft;
  EXPECT_FALSE(public_object(results_now(poll, {})).contains("logo"));
}

TEST(PublicResults, HaveTheTimesOfTheSchedule) {
  poll::ManagedPoll poll = open_poll();
  poll.content.schedule.closes_at = noon + std::chrono::minutes(5);
  EXPECT_EQ(public_object(results_now(poll, {})).at("closes_at").as_int64(), 1795780800 + 300);
}

// Each policy in each state: whether the results are there, and the number of voters.
TEST(PublicResults, HaveNoNumberThatIsHidden) {
  struct Case {
    ResultsPolicy policy;
    PollState state;
    bool results;
    bool voters;
  };
  const Case cases[] = {
      {ResultsPolicy::live, PollState::draft, false, false},
      {ResultsPolicy::live, PollState::open, true, true},
      {ResultsPolicy::live, PollState::closed, true, true},
      {ResultsPolicy::live, PollState::archived, true, true},
      {ResultsPolicy::after_vote, PollState::draft, false, false},
      {ResultsPolicy::after_vote, PollState::open, false, true},
      {ResultsPolicy::after_vote, PollState::closed, true, true},
      {ResultsPolicy::after_vote, PollState::archived, true, true},
      {ResultsPolicy::after_close, PollState::draft, false, false},
      {ResultsPolicy::after_close, PollState::open, false, true},
      {ResultsPolicy::after_close, PollState::closed, true, true},
      {ResultsPolicy::after_close, PollState::archived, true, true},
      {ResultsPolicy::hidden, PollState::draft, false, false},
      {ResultsPolicy::hidden, PollState::open, false, false},
      {ResultsPolicy::hidden, PollState::closed, false, false},
      {ResultsPolicy::hidden, PollState::archived, false, false},
  };
  for (const std::string_view question : {tea_or_coffee, which_days, how_was_it, in_which_order}) {
    for (const Case& each : cases) {
      const poll::ManagedPoll poll = with_state(with_policy(open_poll(question), each.policy), each.state);
      const ResultsNow now = results_now(poll, {"a", "1", ">a>b", "+a+b"});
      const json::object shown = public_object(now);
      const std::string name = std::string(poll.content.question.kind()) + " " +
                               std::string(poll::name_of(each.policy)) + " " +
                               std::string(poll::name_of(each.state));
      EXPECT_EQ(shown.at("results").is_object(), each.results) << name;
      EXPECT_EQ(shown.at("version").is_number(), each.results) << name;
      EXPECT_EQ(shown.at("voters").is_number(), each.voters) << name;
      EXPECT_EQ(shown.at("question").is_null(), each.state == PollState::draft) << name;
      EXPECT_EQ(is_complete({now.id, now.poll, nullptr}), !each.voters) << name;
      EXPECT_TRUE(is_complete(now)) << name;
    }
  }
}

TEST(PublicResults, HaveNoNumbersBeforeTheTallyIsRead) {
  ResultsNow now = results_now(open_poll(), three_votes);
  now.tally = nullptr;
  const json::object shown = public_object(now);
  EXPECT_TRUE(shown.at("results").is_null());
  EXPECT_TRUE(shown.at("voters").is_null());
}

TEST(PublicResults, SayThatThePollWasRemoved) {
  ResultsNow now = results_now(open_poll(), three_votes);
  now.poll = nullptr;
  EXPECT_EQ(public_results_json(now), R"({"poll":")" + now.id.text() + R"(","state":"removed"})");
}

TEST(PublicResults, AreOfTheKindOfTheQuestion) {
  const auto results_of = [](std::string_view question, const std::vector<std::string>& votes) {
    return json::serialize(public_object(results_now(open_poll(question), votes)).at("results"));
  };
  EXPECT_EQ(results_of(how_was_it, {"4", "5", "skip"}),
            R"({"kind":"scale","voters":3,"skipped":1,"counts":[0,0,0,1,1],"mean":4.5E0,"median":4.5E0})");
  EXPECT_EQ(public_object(results_now(open_poll(which_days), {"+a+c", "+"})).at("voters").as_int64(), 2);
  const json::object ranking = public_object(results_now(open_poll(in_which_order), {">b>a", ">b", ">c>b"}));
  EXPECT_EQ(ranking.at("results").at("runoff").at("winner").as_string(), "b");
}

}  // namespace
}  // namespace pollux::result
