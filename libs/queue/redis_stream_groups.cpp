#include "queue/redis_stream_groups.hpp"

#include <algorithm>
#include <utility>

#include "queue/redis_stream_commands.hpp"
#include "redis/error.hpp"

namespace pollux::queue {

using redis::Reply;

RedisStreamGroups::RedisStreamGroups(const RedisStreamConsumerOptions& options, RedisStreamMonitor& monitor,
                                     redis::Pipeline::Handler report, GroupIsNew group_is_new)
    : options_(options),
      monitor_(monitor),
      report_(std::move(report)),
      group_is_new_(std::move(group_is_new)) {
  streams_.push_back({.name = stream_key(0)});
}

std::optional<std::size_t> RedisStreamGroups::find(std::string_view name) const {
  const auto found = std::ranges::find(streams_, name, &Stream::name);
  if (found == streams_.end()) return std::nullopt;
  return static_cast<std::size_t>(found - streams_.begin());
}

const std::string* RedisStreamGroups::joined_name(std::size_t stream) const {
  return streams_[stream].joined ? &streams_[stream].name : nullptr;
}

// A name that is no stream of votes must not stop the reading.
void RedisStreamGroups::learn(const Reply& names) {
  for (const Reply& name : names.elements) {
    if (find(name.text)) continue;
    constexpr std::string_view message = "A stream is not read.";
    const std::string reason = "The set " + std::string(streams_key) + " names ";
    if (!name.text.starts_with(stream_prefix)) {
      monitor_.report_problem(message, reason + "something that is no stream of votes.");
    } else if (streams_.size() >= options_.max_streams) {
      monitor_.report_problem(message, reason + "more streams than the " +
                                           std::to_string(options_.max_streams) + " that a worker reads.");
    } else {
      streams_.push_back({.name = name.text});
    }
  }
}

void RedisStreamGroups::add_joins(redis::Pipeline& pipeline) {
  for (std::size_t n = 0; n < streams_.size(); ++n) {
    const Stream& stream = streams_[n];
    if (stream.joined || stream.failed) continue;
    // XPENDING first, because without memory Redis rejects XGROUP CREATE also for a group that exists, and
    // reading votes is what frees memory.
    pipeline.add({"XPENDING", stream.name, std::string(consumer_group)},
                 [this, n](const Reply& reply) { streams_[n].had_group = !reply.is_error(); });
    pipeline.add({"XGROUP", "CREATE", stream.name, std::string(consumer_group), "0", "MKSTREAM"},
                 [this, n](const Reply& reply) { take_join(n, reply); });
  }
}

void RedisStreamGroups::take_join(std::size_t stream, const Reply& reply) {
  Stream& joining = streams_[stream];
  const std::string_view code = reply.error_code();
  const bool was_there = joining.had_group || code == "BUSYGROUP";
  joining.joined = was_there || !reply.is_error();
  joining.failed = !joining.joined;
  if (!joining.joined) {
    join_error_ = redis::error_of_reply(options_.url, reply.text);
    report_(reply);
  } else {
    joining.pending_after = poll::Version{};
  }
  if (!was_there && (joining.joined || code == "WRONGTYPE")) group_is_new_(stream);
}

void RedisStreamGroups::retry_failed() {
  for (Stream& stream : streams_) stream.failed = false;
}

void RedisStreamGroups::reset() {
  for (Stream& stream : streams_) stream = {.name = std::move(stream.name)};
}

bool RedisStreamGroups::is_catching_up() const {
  return std::ranges::any_of(streams_, [](const Stream& stream) {
    return stream.joined ? stream.pending_after || stream.claiming : !stream.failed;
  });
}

void RedisStreamGroups::begin_claiming() {
  for (Stream& stream : streams_) stream.claiming = true;
}

}  // namespace pollux::queue
