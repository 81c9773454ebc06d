#include "queue/redis_stream_reader.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "queue/redis_stream_commands.hpp"
#include "redis/error.hpp"

namespace pollux::queue {
namespace {

using redis::Reply;
using std::chrono::milliseconds;

constexpr milliseconds refresh_interval{1000};  // of the set of streams and the statistics
constexpr milliseconds pause_after_error{500};  // before a rejected import is sent again

}  // namespace

RedisStreamReader::RedisStreamReader(const RedisStreamConsumerOptions& options,
                                     std::unique_ptr<redis::Client> client, RedisHeldVotes& held,
                                     RedisStreamMonitor& monitor)
    : options_(options),
      held_(held),
      monitor_(monitor),
      client_(std::move(client)),
      pipeline_(*client_),
      recorded_(options.recorded),
      groups_(options, monitor, errors().report,
              [this](std::size_t stream) { outbox_.reset_stream(stream); }),
      outbox_(options, groups_, recorded_, held, monitor, errors()),
      inbox_(options, groups_, held, outbox_, monitor, errors()) {}

RedisRoundErrors RedisStreamReader::errors() {
  return {.fail = [this](const Reply& reply) { fail(reply); },
          .report = [this](const Reply& reply) { report(reply); }};
}

Result<void> RedisStreamReader::send_round(std::size_t max) {
  add_round(max, milliseconds(0));
  return send();
}

Result<void> RedisStreamReader::round(std::size_t max, milliseconds wait) {
  add_round(max, wait);
  if (auto sent = send(); !sent) return sent;
  return collect(wait);
}

bool RedisStreamReader::is_catching_up() const {
  return !refreshed_ || groups_.is_catching_up() || outbox_.has_due_dead_letters();
}

Result<void> RedisStreamReader::flush() {
  // Twice at most: a new connection joins the groups first.
  for (int round = 0; round < 2 && !outbox_.empty(); ++round) {
    outbox_.add_writes(pipeline_);
    outbox_.add_returns(pipeline_);
    groups_.add_joins(pipeline_);
    if (pipeline_.empty()) break;
    if (auto sent = send(); !sent) return sent;
    if (auto collected = collect(); !collected) return collected;
  }
  return {};
}

Result<void> RedisStreamReader::leave() {
  add_removals(options_.consumer_name);
  if (pipeline_.empty()) return {};
  if (auto sent = send(); !sent) return sent;
  return collect();
}

void RedisStreamReader::add_round(std::size_t max, milliseconds wait) {
  outbox_.add_writes(pipeline_);
  add_maintenance();
  const bool wants_votes = held_.ready() < max;
  if (wants_votes) inbox_.add_claims(pipeline_, max);
  groups_.add_joins(pipeline_);
  if (!wants_votes) return;
  // Redis can't be asked anything else while a read waits.
  const bool reads = inbox_.add_read(pipeline_, max, std::min(wait, until_maintenance()));
  if (!reads && !is_catching_up()) error_ = groups_.join_error();
}

void RedisStreamReader::add_maintenance() {
  const auto now = options_.now();
  if (options_.import && now >= next_import_) add_import();
  if (now >= next_refresh_) {
    next_refresh_ = now + refresh_interval;
    add_refresh();
  }
  if (now >= next_removals_) {
    next_removals_ = now + std::clamp<milliseconds>(options_.forget_consumers_after / 6, milliseconds(50),
                                                    std::chrono::minutes(10));
    add_removals("");
  }
}

milliseconds RedisStreamReader::until_maintenance() const {
  auto next = std::min({next_refresh_, next_removals_, inbox_.next_claims()});
  if (options_.import) next = std::min(next, next_import_);
  return std::max(std::chrono::ceil<milliseconds>(next - options_.now()), milliseconds(0));
}

void RedisStreamReader::add_import() {
  next_import_ = options_.now() + options_.import->period;
  pipeline_.add(options_.import->command, [this](const Reply& reply) {
    if (reply.is_error()) {
      next_import_ = options_.now() + pause_after_error;
      return report(reply);
    }
    if (reply.count() == options_.import->batch) next_import_ = {};
    monitor_.change([&](auto& statistics) { statistics.imported += reply.count(); });
  });
}

void RedisStreamReader::add_refresh() {
  groups_.retry_failed();
  pipeline_.add({"SMEMBERS", std::string(streams_key)}, [this](const Reply& reply) {
    if (reply.is_error()) return fail(reply);
    refreshed_ = true;
    groups_.learn(reply);
  });
  std::vector<std::string> names;
  for (const RedisStreamGroups::Stream& stream : groups_.all()) names.push_back(stream.name);
  monitor_.add_refresh(pipeline_, names, recorded_);
}

// Removes the idle consumers, and `own` if it is not empty.
void RedisStreamReader::add_removals(const std::string& own) {
  for (const RedisStreamGroups::Stream& stream : groups_.all()) {
    if (!stream.joined) continue;
    pipeline_.add(remove_consumers(stream.name, own, options_.forget_consumers_after),
                  [this](const Reply& reply) {
                    if (reply.is_error()) report(reply);
                  });
  }
}

Result<void> RedisStreamReader::send() {
  if (auto sent = pipeline_.send(); !sent) {
    reset_connection();
    error_ = sent.error();
    return outcome();
  }
  return {};
}

Result<void> RedisStreamReader::collect(milliseconds extra_wait) {
  if (auto collected = pipeline_.collect(extra_wait); !collected) {
    reset_connection();
    error_ = collected.error();
    return outcome();
  }
  outbox_.end_round();
  if (std::exchange(hang_up_, false)) {
    client_->disconnect();
    reset_connection();
  }
  return outcome();
}

Result<void> RedisStreamReader::outcome() {
  const auto error = std::exchange(error_, std::nullopt);
  monitor_.set_state(client_->connected(), error);
  if (error) return *error;
  return {};
}

void RedisStreamReader::reset_connection() {
  outbox_.reset_connection();
  hang_up_ = false;
  refreshed_ = false;
  next_refresh_ = {};
  inbox_.reset_groups();
}

// An error reply that stops the consumer.
void RedisStreamReader::fail(const Reply& reply) {
  if (!error_) error_ = redis::error_of_reply(options_.url, reply.text);
  if (redis::ends_connection(reply.text)) hang_up_ = true;
}

// An error reply to a command other than a read.
void RedisStreamReader::report(const Reply& reply) {
  monitor_.report_rejection(reply);
  if (redis::ends_connection(reply.text)) fail(reply);
}

}  // namespace pollux::queue
