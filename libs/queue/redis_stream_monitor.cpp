#include "queue/redis_stream_monitor.hpp"

#include <algorithm>
#include <charconv>
#include <iterator>
#include <map>
#include <string_view>
#include <utility>

#include "queue/redis_stream_commands.hpp"
#include "queue/vote_entry.hpp"
#include "redis/error.hpp"
#include "redis/server_check.hpp"

namespace pollux::queue {
namespace {

using std::chrono::duration_cast;
using std::chrono::milliseconds;

std::uint64_t own_time() {
  const auto since_1970 = std::chrono::system_clock::now().time_since_epoch();
  return static_cast<std::uint64_t>(duration_cast<milliseconds>(since_1970).count());
}

// The reply to TIME: seconds and microseconds, as texts. This machine's time if the user may not run it.
std::uint64_t unix_milliseconds(const redis::Reply& time) {
  std::uint64_t parts[2] = {};
  if (time.elements.size() != std::size(parts)) return own_time();
  for (std::size_t n = 0; n < std::size(parts); ++n) {
    const std::string& text = time.elements[n].text;
    if (std::from_chars(text.data(), text.data() + text.size(), parts[n]).ec != std::errc())
      return own_time();
  }
  return parts[0] * 1000 + parts[1] / 1000;
}

// 0 for an entry from the future: Redis's clock was set back.
milliseconds age(std::uint64_t time, std::uint64_t now) {
  return milliseconds(static_cast<std::int64_t>(now - std::min(now, time)));
}

}  // namespace

using redis::Reply;

RedisStreamMonitor::RedisStreamMonitor(redis::Url url, Warn warn, Now now)
    : url_(std::move(url)),
      warn_(std::move(warn)),
      now_(std::move(now)),
      state_(unavailable("The queue's consumer has not connected yet.")) {}

RedisStreamStatistics RedisStreamMonitor::statistics() const {
  const std::lock_guard lock(mutex_);
  RedisStreamStatistics statistics = statistics_;
  if (oldest_delivered_) {
    const auto since_refresh = duration_cast<milliseconds>(now_() - redis_time_.at);
    const Time now = redis_time_.time + static_cast<Time>(since_refresh.count());
    statistics.oldest_age = std::max(statistics.oldest_age, age(*oldest_delivered_, now));
  }
  return statistics;
}

Result<void> RedisStreamMonitor::state() const {
  const std::lock_guard lock(mutex_);
  if (state_) return *state_;
  return {};
}

Result<void> RedisStreamMonitor::keeps_votes_when_full() const {
  const std::lock_guard lock(mutex_);
  if (may_evict_) return *may_evict_;
  return {};
}

void RedisStreamMonitor::set_state(bool connected, const std::optional<Error>& error) {
  const std::lock_guard lock(mutex_);
  statistics_.connected = connected;
  state_ = error;
}

void RedisStreamMonitor::set_oldest_delivered(std::optional<poll::Version> version) {
  const std::lock_guard lock(mutex_);
  oldest_delivered_ = version ? std::optional(version->time) : std::nullopt;
}

void RedisStreamMonitor::warn(const RedisStreamWarning& warning) const {
  if (warn_) warn_(warning);
}

void RedisStreamMonitor::report_problem(std::string_view message, const std::string& reason) {
  problem_ = reason;
  warn({message, reason});
  change([this](auto& statistics) { statistics.problem = problem_; });
}

void RedisStreamMonitor::report_rejection(const Reply& reply) {
  report_problem("Redis rejected a command.", redis::error_of_reply(url_, reply.text).message);
  change([](auto& statistics) { ++statistics.error_replies; });
}

void RedisStreamMonitor::report_dead_letters(std::uint64_t count, std::uint64_t dropped,
                                             std::span<const RejectedEntry> entries) {
  change([&](auto& statistics) {
    statistics.dead_letters += count;
    statistics.dead_letters_dropped += dropped;
  });
  std::map<std::string_view, std::uint64_t> by_reason;
  for (const RejectedEntry& entry : entries) ++by_reason[entry.reason];
  for (const auto& [reason, of_reason] : by_reason) {
    if (count > 0) warn({"Entries in Redis became dead letters.", std::string(reason), of_reason});
  }
  if (dropped > 0) warn({"Dead letters were dropped.", "There were more than their limit.", dropped});
}

void RedisStreamMonitor::add_refresh(redis::Pipeline& pipeline, std::span<const std::string> streams,
                                     RedisRecordedVotes& recorded) {
  change([this](auto& statistics) { statistics.problem = std::exchange(problem_, ""); });
  pipeline.add({"INFO", "memory"}, [this, &recorded](const Reply& reply) {
    const auto checked = redis::keeps_data_when_full(url_, reply);
    if (!checked) warn({"Redis may drop votes.", checked.error().message});
    const std::lock_guard lock(mutex_);
    may_evict_ = checked ? std::nullopt : std::optional(checked.error());
    statistics_.memory = redis::memory_of(reply);
    recorded.take(statistics_.memory);
  });
  add_sample(pipeline, streams, recorded);
}

void RedisStreamMonitor::add_sample(redis::Pipeline& pipeline, std::span<const std::string> streams,
                                    RedisRecordedVotes& recorded) {
  sample_ = {};
  for (const std::string& stream : streams) {
    if (recorded.enabled()) {
      add_survey(pipeline, stream, recorded);
    } else {
      add_counts(pipeline, stream);
    }
    pipeline.add({"XINFO", "CONSUMERS", stream, std::string(consumer_group)},
                 [this](const Reply& reply) { take_consumers(reply); });
  }
  pipeline.add({"TIME"}, [this](const Reply& reply) { take_time(reply); });
  pipeline.add({"XLEN", std::string(dead_letters_key)},
               [this](const Reply& reply) { finish_sample(reply.count()); });
}

void RedisStreamMonitor::add_survey(redis::Pipeline& pipeline, const std::string& stream,
                                    RedisRecordedVotes& recorded) {
  pipeline.add(recorded.survey(stream), [this, stream, &recorded](const Reply& reply) {
    if (reply.is_error()) return report_rejection(reply);
    const auto survey = parse_survey(reply);
    if (!survey) return;
    recorded.take(stream, now_(), *survey);
    sample_.undelivered += survey->undelivered;
    sample_.pending += survey->pending;
    sample_.recorded += survey->recorded;
    if (survey->oldest) take_oldest(survey->oldest->time);
  });
}

// An entry is deleted once its vote is recorded. So what no consumer was given is the length of a stream less
// what is pending, also in cases in which Redis does not know the group's lag; and its first entry is the
// oldest vote that is not recorded.
void RedisStreamMonitor::add_counts(redis::Pipeline& pipeline, const std::string& stream) {
  pipeline.add({"XLEN", stream}, [this](const Reply& reply) { sample_.undelivered += reply.count(); });
  pipeline.add({"XRANGE", stream, "-", "+", "COUNT", "1"}, [this](const Reply& reply) {
    for (const RedisStreamEntry& entry : parse_stream_entries(reply)) take_oldest(entry.id.time);
  });
  pipeline.add({"XPENDING", stream, std::string(consumer_group)}, [this](const Reply& reply) {
    const std::uint64_t pending = reply.elements.empty() ? 0 : reply.elements[0].count();
    sample_.pending += pending;
    sample_.undelivered -= std::min(sample_.undelivered, pending);
  });
}

void RedisStreamMonitor::take_oldest(Time time) {
  sample_.oldest = std::min(sample_.oldest.value_or(time), time);
}

void RedisStreamMonitor::take_time(const Reply& time) {
  const std::lock_guard lock(mutex_);
  redis_time_ = {.time = unix_milliseconds(time), .at = now_()};
}

// Each consumer is a list of names and values: name <text> pending <number> …
void RedisStreamMonitor::take_consumers(const Reply& consumers) {
  for (const Reply& consumer : consumers.elements) {
    std::string_view name;
    std::uint64_t pending = 0;
    for (std::size_t i = 0; i + 1 < consumer.elements.size(); i += 2) {
      if (consumer.elements[i].text == "name") name = consumer.elements[i + 1].text;
      if (consumer.elements[i].text == "pending") pending = consumer.elements[i + 1].count();
    }
    if (name.starts_with(newer_format_prefix)) sample_.newer_format += pending;
  }
}

void RedisStreamMonitor::finish_sample(std::uint64_t dead_letters) {
  change([&](auto& statistics) {
    statistics.newer_format = sample_.newer_format;
    statistics.pending = sample_.pending - std::min(sample_.pending, sample_.newer_format);
    statistics.lag = sample_.undelivered;
    statistics.recorded = sample_.recorded;
    statistics.dead_letters_kept = dead_letters;
    statistics.oldest_age = sample_.oldest ? age(*sample_.oldest, redis_time_.time) : milliseconds(0);
  });
  if (sample_.newer_format == 0) return;
  warn({"Entries in Redis have a newer format than this worker reads.",
        "They wait for a newer worker: update the workers.", sample_.newer_format});
}

}  // namespace pollux::queue
