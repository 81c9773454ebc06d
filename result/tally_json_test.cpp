#include "result/tally_json.hpp"

#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

namespace pollux::result {
namespace {

poll::Results labelled_results(const std::vector<std::string>& labels, const poll::SelectionCounts& counts) {
  const poll::Poll poll =
      poll::Poll::create(poll::PollId::parse("default").value(), "Which \"one\"?", labels).value();
  return poll::make_results(poll, {poll.id(), 7, counts});
}

TEST(TallyObject, ListsEveryOptionInOrder) {
  EXPECT_EQ(boost::json::serialize(tally_object(
                labelled_results({"Cats", "Zoë's 🐶"}, {{poll::Selection::parse("b").value(), 3}}))),
            R"({"poll":"default","version":7,"question":"Which \"one\"?","options":[)"
            R"({"id":"a","label":"Cats","count":0},{"id":"b","label":"Zoë's 🐶","count":3}],"total":3})");
}

TEST(ScoresJson, HasEveryOptionBeforeTheFirstVote) {
  EXPECT_EQ(scores_json(labelled_results({"Cats", "Dogs"}, {})), R"({"a":0,"b":0})");
  EXPECT_EQ(scores_json(labelled_results({"Cats", "Dogs"}, {{poll::Selection::parse("a").value(), 2}})),
            R"({"a":2,"b":0})");
}

using namespace std::chrono_literals;

const TallyHistory::Time start{1000s};

poll::Results counts_of(const std::vector<std::uint64_t>& counts) {
  poll::Results results{
      .poll = poll::PollId::parse("pets").value(), .version = 1, .question = "", .options = {}};
  for (const std::uint64_t count : counts) {
    const char id = static_cast<char>('a' + results.options.size());
    results.options.push_back({{std::string(1, id), "label"}, count});
  }
  return results;
}

TEST(TallyHistory, IsEmptyAtFirst) {
  EXPECT_EQ(TallyHistory({}).json(counts_of({0, 0}), start),
            R"({"poll":"pets","now":1000000,"options":["a","b"],"points":[]})");
}

TEST(TallyHistory, ReturnsPointsInOrder) {
  TallyHistory history({.points = 10, .step = 1s});
  history.record(counts_of({1, 0}), start);
  history.record(counts_of({1, 4}), start + 1s);
  EXPECT_EQ(history.json(counts_of({1, 4}), start + 2s),
            R"({"poll":"pets","now":1002000,"options":["a","b"],"points":[)"
            R"({"at":1000000,"counts":[1,0]},{"at":1001000,"counts":[1,4]}]})");
}

TEST(TallyHistory, CombinesFastChangesIntoOnePoint) {
  TallyHistory history({.points = 10, .step = 1s});
  for (std::uint64_t votes = 0; votes <= 9; ++votes) {
    history.record(counts_of({votes}), start + votes * 100ms);
  }
  history.record(counts_of({10}), start - 5s);
  EXPECT_EQ(history.json(counts_of({10}), start),
            R"({"poll":"pets","now":1000000,"options":["a"],"points":[{"at":1000000,"counts":[10]}]})");
}

TEST(TallyHistory, DropsTheOldestPoints) {
  TallyHistory history({.points = 2, .step = 1s});
  for (std::uint64_t votes = 0; votes < 100; ++votes) {
    history.record(counts_of({votes}), start + votes * 1s);
  }
  EXPECT_EQ(history.json(counts_of({99}), start),
            R"({"poll":"pets","now":1000000,"options":["a"],"points":[)"
            R"({"at":1098000,"counts":[98]},{"at":1099000,"counts":[99]}]})");
}

TEST(TallyHistory, StartsAgainWithOtherOptions) {
  TallyHistory history({.points = 10, .step = 1s});
  history.record(counts_of({1, 2}), start);
  history.record(counts_of({1, 2, 3}), start + 5s);
  EXPECT_EQ(history.json(counts_of({1, 2, 3}), start + 5s),
            R"({"poll":"pets","now":1005000,"options":["a","b","c"],"points":[)"
            R"({"at":1005000,"counts":[1,2,3]}]})");
}

}  // namespace
}  // namespace pollux::result
