// The votes over time of a poll that someone made, for the chart of a page that opens.
#pragma once

#include <chrono>
#include <cstdint>
#include <mutex>
#include <string>

#include "result/public_results.hpp"
#include "result/tally_json.hpp"

namespace pollux::result {

// The last ten minutes, at most 150 points of at most 26 counts, kept in memory while the poll is followed.
// A single or a multiple choice has the counts of its options, other kinds have the number of voters. It has
// only what everyone could see at the time: while the policy hides the results, there are no points, and
// those before are dropped. Any thread.
class PollHistory {
 public:
  // After a change of the poll or its tally; calls that follow soon add nothing.
  void record(const ResultsNow& now, TallyHistory::Time at);

  // As TallyHistory::json(), with the id of the poll, up to the current counts. The number of voters has an
  // empty id.
  std::string json(const ResultsNow& now, TallyHistory::Time at);

 private:
  static constexpr std::chrono::seconds step{4};

  void follow_run_locked(const ResultsNow& now);

  std::mutex mutex_;  // guards what follows
  TallyHistory history_{{.points = 150, .step = step}};
  std::uint32_t run_ = 0;      // of the points; 0: none, because everyone may see no results
  TallyHistory::Time last_{};  // when a point was added
};

}  // namespace pollux::result
