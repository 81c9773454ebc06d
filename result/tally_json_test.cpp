#include "result/tally_json.hpp"

#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

namespace pollux::result {
namespace {

poll::Results results_of(const std::vector<std::string>& labels, const poll::SelectionCounts& counts) {
  const poll::Poll poll =
      poll::Poll::create(poll::PollId::parse("default").value(), "Which \"one\"?", labels).value();
  return poll::make_results(poll, {poll.id(), 7, counts});
}

TEST(TallyObject, ListsEveryOptionInOrder) {
  EXPECT_EQ(boost::json::serialize(
                tally_object(results_of({"Cats", "Zoë's 🐶"}, {{poll::Selection::parse("b").value(), 3}}))),
            R"({"poll":"default","version":7,"question":"Which \"one\"?","options":[)"
            R"({"id":"a","label":"Cats","count":0},{"id":"b","label":"Zoë's 🐶","count":3}],"total":3})");
}

TEST(ScoresJson, HasEveryOptionFromTheStart) {
  EXPECT_EQ(scores_json(results_of({"Cats", "Dogs"}, {})), R"({"a":0,"b":0})");
  EXPECT_EQ(scores_json(results_of({"Cats", "Dogs"}, {{poll::Selection::parse("a").value(), 2}})),
            R"({"a":2,"b":0})");
}

}  // namespace
}  // namespace pollux::result
