#include "admin/results_csv.hpp"

#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "poll/question_json.hpp"
#include "poll/selection_keys.hpp"

namespace pollux::admin {
namespace {

std::string csv_after(const std::string& question_text,
                      const std::vector<std::vector<std::string_view>>& forms) {
  const poll::Question question = poll::parse_question_json(question_text).value();
  poll::SelectionCounts counts;
  for (const auto& form : forms) {
    for (const poll::Selection& key : poll::keys_of(question.parse(form).value())) ++counts[key];
  }
  return results_csv(question, question.results(counts));
}

TEST(ResultsCsv, HasALineForEachOptionOfAChoice) {
  EXPECT_EQ(csv_after(R"({"kind":"single","text":"Tea, or?","options":["Tea, hot","=1+1"]})", {{"a"}, {"b"}}),
            "option,label,votes,share,voters,question\r\n"
            "a,\"Tea, hot\",1,0.5,2,\"Tea, or?\"\r\nb,'=1+1,1,0.5,2,\"Tea, or?\"\r\n");
}

TEST(ResultsCsv, HasALineForEachNumberOfAScale) {
  EXPECT_EQ(csv_after(R"({"kind":"scale","text":"?","size":3,"low":"Bad","high":"Good","skippable":true})",
                      {{"3"}, {"skip"}}),
            "value,label,votes,voters,question\r\n"
            "1,Bad,0,2,?\r\n2,,0,2,?\r\n3,Good,1,2,?\r\nskipped,,1,2,?\r\n");
  EXPECT_EQ(csv_after(R"({"kind":"scale","text":"?","size":2})", {}),
            "value,label,votes,voters,question\r\n1,,0,0,?\r\n2,,0,0,?\r\n");
}

TEST(ResultsCsv, HasPlacesAndPointsOfARanking) {
  EXPECT_EQ(csv_after(R"({"kind":"ranking","text":"?","options":["Red","Blue"]})", {{"a", "b"}, {"a"}}),
            "option,label,points,ranked,average_rank,place_1,place_2,voters,question\r\n"
            "a,Red,2,2,1,2,0,2,?\r\nb,Blue,0,1,2,0,1,2,?\r\n");
}

}  // namespace
}  // namespace pollux::admin
