#include "poll/results_json.hpp"

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "poll/question_json.hpp"
#include "poll/selection_keys.hpp"

namespace pollux::poll {
namespace {

using Form = std::vector<std::string_view>;

// What the results are after these forms were sent.
std::string json_after(const std::string& question_text, const std::vector<Form>& forms) {
  const Question question = parse_question_json(question_text).value();
  SelectionCounts counts;
  for (const Form& form : forms) {
    for (const Selection& key : keys_of(question.parse(form).value())) ++counts[key];
  }
  return results_json(question, question.results(counts));
}

TEST(ResultsJson, HasTheCountsOfASingleChoice) {
  const std::string question = R"({"kind":"single","text":"Drink?","options":["Tea","Coffee"]})";
  EXPECT_EQ(json_after(question, {{"a"}, {"a"}, {"a"}, {"b"}}),
            R"({"kind":"single","voters":4,"options":[{"id":"a","label":"Tea","count":3,"share":0.75},)"
            R"({"id":"b","label":"Coffee","count":1,"share":0.25}]})");
}

TEST(ResultsJson, HasVotersOfAMultipleChoice) {
  const std::string question = R"({"kind":"multiple","text":"Days?","options":["Mo","Tu"],"min":0})";
  EXPECT_EQ(json_after(question, {{"a", "b"}, {}}),
            R"({"kind":"multiple","voters":2,"options":[{"id":"a","label":"Mo","count":1,"share":0.5},)"
            R"({"id":"b","label":"Tu","count":1,"share":0.5}]})");
}

TEST(ResultsJson, HasMeanAndMedianOfAScale) {
  const std::string question = R"({"kind":"scale","text":"How?","size":3,"skippable":true})";
  EXPECT_EQ(json_after(question, {{"1"}, {"2"}, {"skip"}}),
            R"({"kind":"scale","voters":3,"skipped":1,"counts":[1,1,0],"mean":1.5,"median":1.5})");
  EXPECT_EQ(json_after(question, {}),
            R"({"kind":"scale","voters":0,"skipped":0,"counts":[0,0,0],"mean":null,"median":null})");
}

TEST(ResultsJson, HasTheRunOffOfARankingRoundByRound) {
  const std::string question = R"({"kind":"ranking","text":"Order?","options":["Red","Blue","Green"]})";
  EXPECT_EQ(
      json_after(question, {{"a"}, {"a"}, {"b", "a"}, {"c", "b"}}),
      R"({"kind":"ranking","voters":4,"options":[)"
      R"({"id":"a","label":"Red","places":[2,1,0],"ranked":3,"average_rank":1.3333333333333333,"points":5},)"
      R"({"id":"b","label":"Blue","places":[1,1,0],"ranked":2,"average_rank":1.5,"points":3},)"
      R"({"id":"c","label":"Green","places":[1,0,0],"ranked":1,"average_rank":1,"points":2}],)"
      R"("runoff":{"winner":"a","rounds":[)"
      R"({"counts":[2,1,1],"exhausted":0,"eliminated":"c","tied":["b","c"],"decided_by_round":null},)"
      R"({"counts":[2,2,null],"exhausted":0,"eliminated":"b","tied":["a","b"],"decided_by_round":1},)"
      R"({"counts":[3,null,null],"exhausted":1,"eliminated":null,"tied":[],"decided_by_round":null}]}})");
}

TEST(ResultsJson, HasNoRunOffIfCountsLackRankings) {
  const Question question =
      parse_question_json(R"({"kind":"ranking","text":"Order?","options":["Red","Blue"]})").value();
  RankingResults results = std::get<RankingResults>(question.results({}));
  results.runoff.reset();
  EXPECT_TRUE(results_json(question, results).ends_with(R"("runoff":null})"));
}

}  // namespace
}  // namespace pollux::poll
