#include "result/tally_json.hpp"

#include <utility>

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

namespace pollux::result {
namespace {

namespace json = boost::json;

std::int64_t milliseconds(TallyHistory::Time time) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count();
}

}  // namespace

json::object tally_object(const poll::Results& results) {
  json::array options;
  for (const poll::OptionCount& result : results.options) {
    options.push_back(
        json::object{{"id", result.option.id}, {"label", result.option.label}, {"count", result.count}});
  }
  return {{"poll", results.poll.text()},
          {"version", results.version},
          {"question", results.question},
          {"options", std::move(options)},
          {"total", results.total}};
}

std::string scores_json(const poll::Results& results) {
  json::object scores;
  for (const poll::OptionCount& result : results.options) scores[result.option.id] = result.count;
  return json::serialize(scores);
}

void TallyHistory::record(const poll::Results& results, Time at) {
  std::vector<std::uint64_t> counts;
  for (const poll::OptionCount& result : results.options) counts.push_back(result.count);
  record(std::move(counts), at);
}

void TallyHistory::record(std::vector<std::uint64_t> counts, Time at) {
  const std::lock_guard lock(mutex_);
  if (!points_.empty() && points_.back().counts.size() != counts.size()) points_.clear();
  // The clock may be set back: such a point replaces the last one, so that times only grow.
  if (!points_.empty() && at < points_.back().at + options_.step) {
    points_.back().counts = std::move(counts);
    return;
  }
  points_.push_back({at, std::move(counts)});
  if (points_.size() > options_.points) points_.pop_front();
}

void TallyHistory::clear() {
  const std::lock_guard lock(mutex_);
  points_.clear();
}

std::string TallyHistory::json(const poll::Results& latest, Time now) const {
  std::vector<std::string> options;
  for (const poll::OptionCount& result : latest.options) options.push_back(result.option.id);
  return json(latest.poll, options, now);
}

std::string TallyHistory::json(const poll::PollId& poll, const std::vector<std::string>& options,
                               Time now) const {
  json::array points;
  {
    const std::lock_guard lock(mutex_);
    for (const Point& point : points_) {
      points.push_back(json::object{{"at", milliseconds(point.at)},
                                    {"counts", json::array(point.counts.begin(), point.counts.end())}});
    }
  }
  return json::serialize(json::object{{"poll", poll.text()},
                                      {"now", milliseconds(now)},
                                      {"options", json::array(options.begin(), options.end())},
                                      {"points", std::move(points)}});
}

}  // namespace pollux::result
