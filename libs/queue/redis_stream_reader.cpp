#include "queue/redis_stream_reader.hpp"

#include <algorithm>
#include <limits>
#include <map>
#include <utility>

#include "queue/redis_keys.hpp"
#include "redis/error.hpp"

namespace pollux::queue {
namespace {

using redis::Command;
using redis::Reply;
using std::chrono::milliseconds;

// What a read of many streams holds at most, in batches.
constexpr std::size_t batches_at_once = 4;

// Entries that wait to become dead letters while Redis refuses that.
constexpr std::size_t most_dead = 10'000;

std::string_view first_word(std::string_view words) {
  return words.substr(0, words.find(' '));
}

}  // namespace

RedisStreamReader::RedisStreamReader(const RedisStreamConsumerOptions& options, RedisHeldVotes& held)
    : options_(options),
      held_(held),
      client_(options.url, options.limits),
      pipeline_(client_),
      state_(unavailable("The queue's consumer has not connected yet.")) {
  streams_.push_back({.name = stream_key(0)});
}

Result<void> RedisStreamReader::send_round(std::size_t max) {
  add_round(max, milliseconds(0));
  return send();
}

Result<void> RedisStreamReader::round(std::size_t max, milliseconds block) {
  add_round(max, block);
  if (auto sent = send(); !sent) return sent;
  return collect(block);
}

Result<void> RedisStreamReader::collect() {
  return collect(milliseconds(0));
}

bool RedisStreamReader::unsettled() const {
  const bool stream_is = std::ranges::any_of(streams_, [](const Stream& stream) {
    return stream.joined ? stream.own_after || stream.claiming : !stream.refused;
  });
  return !looked_ || stream_is || (!dead_.empty() && Clock::now() >= next_burials_);
}

void RedisStreamReader::bury(const RedisEntryPlace& place, std::string reason) {
  // Past the bound it stays pending in Redis, from where it is taken over later.
  if (dead_.size() >= most_dead) return held_.forget(place);
  held_.hold(place);
  dead_.push_back({place.stream, {place.id, std::move(reason)}});
}

Result<void> RedisStreamReader::flush() {
  // Twice at most: on a new connection the groups are looked for first.
  const auto all_said = [this] {
    return held_.nothing_settled() && dead_.empty() && returned_.empty() &&
           std::ranges::all_of(streams_, [](const Stream& stream) { return stream.newer.empty(); });
  };
  for (int round = 0; round < 2 && !all_said(); ++round) {
    add_settled();
    add_returns();
    add_joins();
    if (pipeline_.empty()) break;
    if (auto sent = send(); !sent) return sent;
    if (auto collected = collect(); !collected) return collected;
  }
  return {};
}

void RedisStreamReader::add_round(std::size_t max, milliseconds block) {
  add_settled();
  add_upkeep(max);
  add_joins();
  add_read(max, block);
}

void RedisStreamReader::add_settled() {
  add_acknowledgements();
  add_newer();
  if (Clock::now() >= next_burials_) add_burials();
}

void RedisStreamReader::add_acknowledgements() {
  std::map<std::size_t, Command> ids;
  for (const RedisEntryPlace& place :
       held_.begin_acknowledgement([this](std::size_t stream) { return streams_[stream].joined; }))
    ids[place.stream].push_back(entry_id_text(place.id));
  for (auto& [stream, of_stream] : ids) {
    // Deleted first: an entry that is acknowledged and not deleted would stay for ever, whereas one that is
    // pending and deleted is passed over when it is read again.
    for (Command command : {Command{"XDEL", streams_[stream].name},
                            Command{"XACK", streams_[stream].name, std::string(consumer_group)}}) {
      command.insert(command.end(), of_stream.begin(), of_stream.end());
      pipeline_.add(std::move(command), [this](const Reply& reply) {
        if (!reply.is_error()) return;
        acknowledgement_refused_ = true;
        fail(reply);
      });
    }
  }
}

void RedisStreamReader::add_joins() {
  for (std::size_t n = 0; n < streams_.size(); ++n) {
    Stream& stream = streams_[n];
    if (stream.joined || stream.refused) continue;
    // Asked first, because Redis refuses to make a group that is there when it has no memory left. And
    // reading votes is what makes room again.
    pipeline_.add({"XPENDING", stream.name, std::string(consumer_group)},
                  [this, n](const Reply& reply) { streams_[n].has_group = !reply.is_error(); });
    pipeline_.add({"XGROUP", "CREATE", stream.name, std::string(consumer_group), "0", "MKSTREAM"},
                  [this, n](const Reply& reply) { take_join(n, reply); });
  }
}

void RedisStreamReader::take_join(std::size_t stream, const Reply& reply) {
  Stream& joining = streams_[stream];
  const std::string_view word = reply.is_error() ? first_word(reply.text) : "";
  const bool was_there = joining.has_group || word == "BUSYGROUP";
  joining.joined = was_there || !reply.is_error();
  joining.refused = !joining.joined;
  if (!joining.joined) {
    join_error_ = redis::error_of_reply(options_.url, reply.text);
    complain(reply);
  } else {
    joining.own_after = poll::Version{};
  }
  if (!was_there && (joining.joined || word == "WRONGTYPE")) lose(stream);
}

// The group is new, or the stream is none any more: nothing of it is pending with us.
void RedisStreamReader::lose(std::size_t stream) {
  held_.lose(stream);
  std::erase_if(dead_, [stream](const Dead& dead) { return dead.stream == stream; });
  std::erase_if(returned_, [stream](const RedisEntryPlace& place) { return place.stream == stream; });
}

void RedisStreamReader::add_read(std::size_t max, milliseconds block) {
  if (held_.ready() >= max) return;
  const std::size_t count = std::clamp<std::size_t>(batches_at_once * max / streams_.size(), 1, max);
  if (add_own_read(count)) return;

  Command command{"XREADGROUP",           "GROUP", std::string(consumer_group),
                  options_.consumer_name, "COUNT", std::to_string(count)};
  if (block > milliseconds(0)) command.insert(command.end(), {"BLOCK", std::to_string(block.count())});
  command.emplace_back("STREAMS");
  const std::size_t without_streams = command.size();
  for (const Stream& stream : streams_)
    if (stream.joined) command.push_back(stream.name);
  const std::size_t joined = command.size() - without_streams;
  if (joined == 0) {
    if (!unsettled()) error_ = join_error_;
    return;
  }
  command.insert(command.end(), joined, ">");
  pipeline_.add(std::move(command), [this](const Reply& reply) { take_streams(reply, false); });
}

// First what is pending with us already: a read that no answer came to, or our life before a restart.
bool RedisStreamReader::add_own_read(std::size_t count) {
  Command command{
      "XREADGROUP",          "GROUP",  std::string(consumer_group), options_.consumer_name, "COUNT",
      std::to_string(count), "STREAMS"};
  Command after;
  for (const Stream& stream : streams_) {
    if (!stream.joined || !stream.own_after) continue;
    command.push_back(stream.name);
    after.push_back(entry_id_text(*stream.own_after));
  }
  if (after.empty()) return false;
  command.insert(command.end(), after.begin(), after.end());
  pipeline_.add(std::move(command), [this](const Reply& reply) { take_streams(reply, true); });
  return true;
}

void RedisStreamReader::take_streams(const Reply& streams, bool own) {
  if (streams.is_error()) {
    // Somebody has deleted a stream, or Redis came back without its data: the groups are made again.
    const std::string_view word = first_word(streams.text);
    if (word == "NOGROUP" || word == "UNBLOCKED" || word == "WRONGTYPE") return rejoin();
    return fail(streams);
  }
  std::vector<RedisHeldVotes::Ready> votes;
  for (const Reply& element : streams.elements) {
    if (element.elements.size() != 2) continue;
    const std::size_t n = find_stream(element.elements[0].text);
    if (n == streams_.size()) continue;
    const auto entries = take_entries(n, element.elements[1], votes);
    if (!own) continue;
    if (entries.empty()) {
      streams_[n].own_after.reset();
    } else {
      streams_[n].own_after = entries.back().id;
    }
  }
  if (own) count_redelivered(votes.size());
  held_.add(std::move(votes));
}

std::vector<RedisStreamEntry> RedisStreamReader::take_entries(std::size_t stream, const Reply& entries,
                                                              std::vector<RedisHeldVotes::Ready>& votes) {
  constexpr std::uint64_t largest = std::numeric_limits<std::int64_t>::max();
  auto parsed = parse_stream_entries(entries);
  for (const RedisStreamEntry& entry : parsed) {
    const RedisEntryPlace place{stream, entry.id};
    if (held_.holds(place)) continue;
    if (entry.deleted) {
      held_.settle(place);
      change_statistics([](auto& statistics) { ++statistics.vanished; });
    } else if (entry.id.time > largest || entry.id.sequence > largest) {
      bury(place, "The entry's id is too large for a version.");
    } else if (const auto format = format_of_vote_entry(entry.fields); !format) {
      bury(place, format.error().message);
    } else if (*format > options_.newest_format) {
      streams_[stream].newer[*format].push_back(entry.id);
    } else if (auto vote = decode_vote_entry(entry.fields)) {
      votes.push_back({stream, {entry.id, std::move(*vote)}});
    } else {
      bury(place, vote.error().message);
    }
  }
  return parsed;
}

Result<void> RedisStreamReader::send() {
  if (auto sent = pipeline_.send(); !sent) {
    lose_connection();
    error_ = sent.error();
    return outcome();
  }
  return {};
}

Result<void> RedisStreamReader::collect(milliseconds longer) {
  if (auto collected = pipeline_.collect(longer); !collected) {
    lose_connection();
    error_ = collected.error();
    return outcome();
  }
  if (std::exchange(acknowledgement_refused_, false)) {
    held_.fail_acknowledgement();
  } else {
    held_.confirm_acknowledgement();
  }
  if (std::exchange(hang_up_, false)) {
    client_.disconnect();
    lose_connection();
  }
  return outcome();
}

Result<void> RedisStreamReader::outcome() {
  const auto error = std::exchange(error_, std::nullopt);
  const std::lock_guard lock(mutex_);
  statistics_.connected = client_.connected();
  state_ = error;
  if (error) return *error;
  return {};
}

void RedisStreamReader::lose_connection() {
  held_.fail_acknowledgement();
  acknowledgement_refused_ = false;
  hang_up_ = false;
  looked_ = false;
  next_look_ = {};
  rejoin();
}

void RedisStreamReader::rejoin() {
  for (Stream& stream : streams_) stream = {.name = std::move(stream.name)};
}

// An error reply that stops the consumer.
void RedisStreamReader::fail(const Reply& reply) {
  if (!error_) error_ = redis::error_of_reply(options_.url, reply.text);
  if (redis::ends_connection(reply.text)) hang_up_ = true;
}

// An error reply beside the reading.
void RedisStreamReader::complain(const Reply& reply) {
  problem_ = redis::error_of_reply(options_.url, reply.text).message;
  warn(problem_);
  if (redis::ends_connection(reply.text)) fail(reply);
  change_statistics([this](auto& statistics) {
    statistics.problem = problem_;
    ++statistics.error_replies;
  });
}

void RedisStreamReader::warn(const std::string& message) {
  if (options_.warn) options_.warn(message);
}

void RedisStreamReader::count_redelivered(std::size_t votes) {
  change_statistics([votes](auto& statistics) { statistics.redelivered += votes; });
}

RedisStreamStatistics RedisStreamReader::statistics() const {
  const std::lock_guard lock(mutex_);
  return statistics_;
}

Result<void> RedisStreamReader::eviction() const {
  const std::lock_guard lock(mutex_);
  if (eviction_) return *eviction_;
  return {};
}

Result<void> RedisStreamReader::state() const {
  const std::lock_guard lock(mutex_);
  if (state_) return *state_;
  return {};
}

}  // namespace pollux::queue
