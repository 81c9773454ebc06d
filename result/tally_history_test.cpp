#include "result/tally_history.hpp"

#include <gtest/gtest.h>

namespace pollux::result {
namespace {

using namespace std::chrono_literals;

const TallyHistory::Time start{1000s};

poll::Results results_of(const std::vector<std::uint64_t>& counts) {
  poll::Results results{
      .poll = poll::PollId::parse("pets").value(), .version = 1, .question = "", .options = {}};
  for (const std::uint64_t count : counts) {
    const char id = static_cast<char>('a' + results.options.size());
    results.options.push_back({{std::string(1, id), "label"}, count});
  }
  return results;
}

TEST(TallyHistory, IsEmptyAtFirst) {
  EXPECT_EQ(TallyHistory({}).json(results_of({0, 0}), start),
            R"({"poll":"pets","now":1000000,"options":["a","b"],"points":[]})");
}

TEST(TallyHistory, KeepsTheCountsInTheirOrder) {
  TallyHistory history({.points = 10, .step = 1s});
  history.record(results_of({1, 0}), start);
  history.record(results_of({1, 4}), start + 1s);
  EXPECT_EQ(history.json(results_of({1, 4}), start + 2s),
            R"({"poll":"pets","now":1002000,"options":["a","b"],"points":[)"
            R"({"at":1000000,"counts":[1,0]},{"at":1001000,"counts":[1,4]}]})");
}

TEST(TallyHistory, TakesWhatFollowsFastAsOnePoint) {
  TallyHistory history({.points = 10, .step = 1s});
  for (std::uint64_t votes = 0; votes <= 9; ++votes) {
    history.record(results_of({votes}), start + votes * 100ms);
  }
  history.record(results_of({10}), start - 5s);
  EXPECT_EQ(history.json(results_of({10}), start),
            R"({"poll":"pets","now":1000000,"options":["a"],"points":[{"at":1000000,"counts":[10]}]})");
}

TEST(TallyHistory, ForgetsTheOldestPastItsBound) {
  TallyHistory history({.points = 2, .step = 1s});
  for (std::uint64_t votes = 0; votes < 100; ++votes) {
    history.record(results_of({votes}), start + votes * 1s);
  }
  EXPECT_EQ(history.json(results_of({99}), start),
            R"({"poll":"pets","now":1000000,"options":["a"],"points":[)"
            R"({"at":1098000,"counts":[98]},{"at":1099000,"counts":[99]}]})");
}

TEST(TallyHistory, BeginsAnewWithOtherOptions) {
  TallyHistory history({.points = 10, .step = 1s});
  history.record(results_of({1, 2}), start);
  history.record(results_of({1, 2, 3}), start + 5s);
  EXPECT_EQ(history.json(results_of({1, 2, 3}), start + 5s),
            R"({"poll":"pets","now":1005000,"options":["a","b","c"],"points":[)"
            R"({"at":1005000,"counts":[1,2,3]}]})");
}

}  // namespace
}  // namespace pollux::result
