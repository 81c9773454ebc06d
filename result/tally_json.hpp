// The results and their history as JSON, for browsers and the API.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <string>
#include <vector>

#include <boost/json/object.hpp>

#include "poll/results.hpp"

namespace pollux::result {

// {"poll":"default","version":7,"question":"Tea?","options":[{"id":"a","label":"Yes","count":2},…],"total":3}
boost::json::object tally_object(const poll::Results& results);

// {"a":2,"b":1}, with every option: what the result page of example-voting-app expects. A string, because it
// sends one.
std::string scores_json(const poll::Results& results);

// The recent counts of one poll, for the chart of a page that opens: at most `points` points, at least `step`
// apart. Faster changes become one point with the newest counts. Kept in memory only. Any thread.
class TallyHistory {
 public:
  using Time = std::chrono::system_clock::time_point;

  struct Options {
    std::size_t points = 300;
    std::chrono::milliseconds step{2000};
  };

  explicit TallyHistory(Options options) : options_(options) {}

  // Adds the results at the time `at`. Results with other options start a new history.
  void record(const poll::Results& results, Time at);
  void record(std::vector<std::uint64_t> counts, Time at);
  void clear();

  // {"poll":"default","now":1700000000000,"options":["a","b"],"points":[{"at":1699999990000,"counts":[2,1]},…]}:
  // the oldest point first, times in milliseconds since 1970. `latest` provides the poll and its options.
  std::string json(const poll::Results& latest, Time now) const;
  std::string json(const poll::PollId& poll, const std::vector<std::string>& options, Time now) const;

 private:
  struct Point {
    Time at;
    std::vector<std::uint64_t> counts;
  };

  const Options options_;
  mutable std::mutex mutex_;
  std::deque<Point> points_;
};

}  // namespace pollux::result
