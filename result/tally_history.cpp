#include "result/tally_history.hpp"

#include <utility>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

namespace pollux::result {
namespace {

namespace json = boost::json;

std::int64_t milliseconds(TallyHistory::Time time) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count();
}

}  // namespace

void TallyHistory::record(const poll::Results& results, Time at) {
  std::vector<std::uint64_t> counts;
  for (const poll::OptionResult& result : results.options) counts.push_back(result.count);

  const std::lock_guard lock(mutex_);
  if (!points_.empty() && points_.back().counts.size() != counts.size()) points_.clear();
  // The clock may be set back; such a point takes the place of the last one, so that times only grow.
  if (!points_.empty() && at < points_.back().at + options_.step) {
    points_.back().counts = std::move(counts);
    return;
  }
  points_.push_back({at, std::move(counts)});
  if (points_.size() > options_.points) points_.pop_front();
}

std::string TallyHistory::json(const poll::Results& latest, Time now) const {
  json::array options;
  for (const poll::OptionResult& result : latest.options) options.emplace_back(result.option.id);
  json::array points;
  {
    const std::lock_guard lock(mutex_);
    for (const Point& point : points_) {
      points.push_back(json::object{{"at", milliseconds(point.at)},
                                    {"counts", json::array(point.counts.begin(), point.counts.end())}});
    }
  }
  return json::serialize(json::object{{"poll", latest.poll.text()},
                                      {"now", milliseconds(now)},
                                      {"options", std::move(options)},
                                      {"points", std::move(points)}});
}

}  // namespace pollux::result
