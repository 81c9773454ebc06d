#include "queue/redis_stream_monitor.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include "queue/redis_dead_letters.hpp"
#include "queue/redis_stream_commands.hpp"
#include "redis/error.hpp"
#include "redis/server_check.hpp"

namespace pollux::queue {

using redis::Reply;

RedisStreamMonitor::RedisStreamMonitor(redis::Url url, Warn warn)
    : url_(std::move(url)),
      warn_(std::move(warn)),
      state_(unavailable("The queue's consumer has not connected yet.")) {}

RedisStreamStatistics RedisStreamMonitor::statistics() const {
  const std::lock_guard lock(mutex_);
  return statistics_;
}

Result<void> RedisStreamMonitor::state() const {
  const std::lock_guard lock(mutex_);
  if (state_) return *state_;
  return {};
}

Result<void> RedisStreamMonitor::eviction() const {
  const std::lock_guard lock(mutex_);
  if (eviction_) return *eviction_;
  return {};
}

void RedisStreamMonitor::set_state(bool connected, const std::optional<Error>& error) {
  const std::lock_guard lock(mutex_);
  statistics_.connected = connected;
  state_ = error;
}

void RedisStreamMonitor::warn(const std::string& message) const {
  if (warn_) warn_(message);
}

void RedisStreamMonitor::report_problem(const std::string& message) {
  problem_ = message;
  warn(problem_);
  change([this](auto& statistics) { statistics.problem = problem_; });
}

void RedisStreamMonitor::report_rejection(const Reply& reply) {
  report_problem(redis::error_of_reply(url_, reply.text).message);
  change([](auto& statistics) { ++statistics.error_replies; });
}

void RedisStreamMonitor::add_refresh(redis::Pipeline& pipeline, std::span<const std::string> streams) {
  change([this](auto& statistics) { statistics.problem = std::exchange(problem_, ""); });
  pipeline.add({"INFO", "memory"}, [this](const Reply& reply) {
    const auto checked = redis::check_eviction(url_, reply);
    if (!checked) warn(checked.error().message);
    const std::lock_guard lock(mutex_);
    eviction_ = checked ? std::nullopt : std::optional(checked.error());
  });
  add_sample(pipeline, streams);
}

// An entry is deleted once its vote is recorded. So the lag of a stream is its length less what is pending,
// also in cases in which Redis does not know the group's lag.
void RedisStreamMonitor::add_sample(redis::Pipeline& pipeline, std::span<const std::string> streams) {
  sample_ = {};
  for (const std::string& stream : streams) {
    pipeline.add({"XLEN", stream}, [this](const Reply& reply) { sample_.length += reply.count(); });
    pipeline.add({"XPENDING", stream, std::string(consumer_group)}, [this](const Reply& reply) {
      if (!reply.elements.empty()) sample_.pending += reply.elements[0].count();
    });
    pipeline.add({"XINFO", "CONSUMERS", stream, std::string(consumer_group)},
                 [this](const Reply& reply) { take_consumers(reply); });
  }
  pipeline.add({"XLEN", std::string(dead_letters_key)},
               [this](const Reply& reply) { take_sample(reply.count()); });
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

void RedisStreamMonitor::take_sample(std::uint64_t dead_letters) {
  change([&](auto& statistics) {
    statistics.newer_format = sample_.newer_format;
    statistics.pending = sample_.pending - std::min(sample_.pending, sample_.newer_format);
    statistics.lag = sample_.length - std::min(sample_.length, sample_.pending);
    statistics.dead_letters_kept = dead_letters;
  });
  if (sample_.newer_format == 0) return;
  warn(std::to_string(sample_.newer_format) +
       " entries in Redis have a newer format than this worker reads. They wait for a newer worker: update "
       "the workers.");
}

}  // namespace pollux::queue
