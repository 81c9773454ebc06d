#include "queue/redis_stream_reader.hpp"

#include <algorithm>
#include <utility>

#include "queue/redis_stream_commands.hpp"
#include "queue/versions.hpp"
#include "redis/error.hpp"

namespace pollux::queue {
namespace {

using redis::Command;
using redis::Reply;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr milliseconds poll_interval{1000};     // for new streams and statistics
constexpr milliseconds pause_after_error{500};  // before a rejected command is sent again
constexpr std::size_t max_batches_at_once = 4;  // in a read of many streams
constexpr std::size_t max_claimed_at_once = 1000;

milliseconds interval(milliseconds limit, int parts, milliseconds longest) {
  return std::clamp(limit / parts, milliseconds(50), longest);
}

// The error code of an error reply: its first word.
std::string_view code_of(const Reply& reply) {
  return reply.is_error() ? std::string_view(reply.text).substr(0, reply.text.find(' ')) : "";
}

}  // namespace

RedisStreamReader::RedisStreamReader(const RedisStreamConsumerOptions& options, RedisHeldVotes& held,
                                     RedisStreamMonitor& monitor)
    : options_(options),
      held_(held),
      monitor_(monitor),
      client_(options.url, options.limits),
      pipeline_(client_),
      outbox_({.consumer_name = options.consumer_name,
               .max_dead_letters = options.max_dead_letters,
               .joined =
                   [this](std::size_t stream) {
                     return streams_[stream].joined ? &streams_[stream].name : nullptr;
                   },
               .fail = [this](const Reply& reply) { fail(reply); },
               .report = [this](const Reply& reply) { report(reply); }},
              held, monitor) {
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

bool RedisStreamReader::unsettled() const {
  const bool stream_is = std::ranges::any_of(streams_, [](const Stream& stream) {
    return stream.joined ? stream.own_after || stream.claiming : !stream.failed;
  });
  return !polled_ || stream_is || outbox_.has_due_dead_letters();
}

Result<void> RedisStreamReader::flush() {
  // Twice at most: a new connection joins the groups first.
  for (int round = 0; round < 2 && !outbox_.empty(); ++round) {
    outbox_.add_settled(pipeline_);
    outbox_.add_returns(pipeline_);
    add_joins();
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

void RedisStreamReader::add_round(std::size_t max, milliseconds block) {
  outbox_.add_settled(pipeline_);
  add_maintenance(max);
  add_joins();
  add_read(max, block);
}

void RedisStreamReader::add_maintenance(std::size_t max) {
  const auto now = Clock::now();
  if (options_.import && now >= next_import_) add_import();
  if (now >= next_poll_) {
    next_poll_ = now + poll_interval;
    add_poll();
  }
  if (now >= next_removals_) {
    next_removals_ = now + interval(options_.forget_consumers_after, 6, minutes(10));
    add_removals("");
  }
  add_claims(max);
}

void RedisStreamReader::add_import() {
  next_import_ = Clock::now() + options_.import->period;
  pipeline_.add(options_.import->command, [this](const Reply& reply) {
    if (reply.is_error()) {
      next_import_ = Clock::now() + pause_after_error;
      return report(reply);
    }
    if (reply.count() == options_.import->batch) next_import_ = {};
    monitor_.change([&](auto& statistics) { statistics.imported += reply.count(); });
  });
}

void RedisStreamReader::add_poll() {
  for (Stream& stream : streams_) stream.failed = false;
  pipeline_.add({"SMEMBERS", std::string(streams_key)}, [this](const Reply& reply) {
    if (reply.is_error()) return fail(reply);
    polled_ = true;
    learn_streams(reply);
  });
  std::vector<std::string> names;
  for (const Stream& stream : streams_) names.push_back(stream.name);
  monitor_.add_poll(pipeline_, names);
}

// A name that is no stream of votes must not stop the reading.
void RedisStreamReader::learn_streams(const Reply& names) {
  for (const Reply& name : names.elements) {
    if (find_stream(name.text) != streams_.size()) continue;
    const std::string problem = "The set " + std::string(streams_key) + " names ";
    if (!name.text.starts_with(stream_prefix)) {
      monitor_.report_problem(problem + "something that is no stream of votes.");
    } else if (streams_.size() >= options_.max_streams) {
      monitor_.report_problem(problem + "more streams than the " + std::to_string(options_.max_streams) +
                              " that a worker reads.");
    } else {
      streams_.push_back({.name = name.text});
    }
  }
}

std::size_t RedisStreamReader::find_stream(std::string_view name) const {
  return static_cast<std::size_t>(std::ranges::find(streams_, name, &Stream::name) - streams_.begin());
}

void RedisStreamReader::add_claims(std::size_t max) {
  if (held_.ready() >= max) return;
  const auto now = Clock::now();
  if (now >= next_claims_) {
    next_claims_ = now + interval(options_.reclaim_after, 4, seconds(5));
    for (Stream& stream : streams_) stream.claiming = true;
  }
  const std::size_t count = std::min(max, max_claimed_at_once);
  for (std::size_t n = 0; n < streams_.size(); ++n) {
    if (!streams_[n].joined || !streams_[n].claiming) continue;
    pipeline_.add(claim_entries(streams_[n].name, options_.consumer_name, options_.reclaim_after, count,
                                options_.newest_format),
                  [this, n](const Reply& reply) { take_claimed(n, reply); });
  }
}

void RedisStreamReader::take_claimed(std::size_t stream, const Reply& reply) {
  streams_[stream].claiming = false;
  if (reply.is_error()) return report(reply);
  if (reply.elements.size() != 3) return;
  streams_[stream].claiming = reply.elements[0].count() != 0;
  std::vector<RedisHeldVotes::Ready> votes;
  take_entries(stream, reply.elements[1], votes);
  monitor_.change([&](auto& statistics) {
    statistics.reclaimed += votes.size();
    statistics.vanished += reply.elements[2].count();
  });
  held_.add(std::move(votes));
}

// The idle ones, and `own` if it is not empty.
void RedisStreamReader::add_removals(const std::string& own) {
  for (const Stream& stream : streams_) {
    if (!stream.joined) continue;
    pipeline_.add(remove_consumers(stream.name, own, options_.forget_consumers_after), report_rejection());
  }
}

void RedisStreamReader::add_joins() {
  for (std::size_t n = 0; n < streams_.size(); ++n) {
    Stream& stream = streams_[n];
    if (stream.joined || stream.failed) continue;
    // XPENDING first, because without memory Redis rejects XGROUP CREATE also for a group that exists, and
    // reading votes is what frees memory.
    pipeline_.add({"XPENDING", stream.name, std::string(consumer_group)},
                  [this, n](const Reply& reply) { streams_[n].has_group = !reply.is_error(); });
    pipeline_.add({"XGROUP", "CREATE", stream.name, std::string(consumer_group), "0", "MKSTREAM"},
                  [this, n](const Reply& reply) { take_join(n, reply); });
  }
}

void RedisStreamReader::take_join(std::size_t stream, const Reply& reply) {
  Stream& joining = streams_[stream];
  const std::string_view code = code_of(reply);
  const bool was_there = joining.has_group || code == "BUSYGROUP";
  joining.joined = was_there || !reply.is_error();
  joining.failed = !joining.joined;
  if (!joining.joined) {
    join_error_ = redis::error_of_reply(options_.url, reply.text);
    report(reply);
  } else {
    joining.own_after = poll::Version{};
  }
  if (!was_there && (joining.joined || code == "WRONGTYPE")) outbox_.reset_stream(stream);
}

void RedisStreamReader::add_read(std::size_t max, milliseconds block) {
  if (held_.ready() >= max) return;
  const std::size_t count = std::clamp<std::size_t>(max_batches_at_once * max / streams_.size(), 1, max);
  if (add_own_read(count)) return;

  Command command = read_command(count);
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

Command RedisStreamReader::read_command(std::size_t count) const {
  return {"XREADGROUP",           "GROUP", std::string(consumer_group),
          options_.consumer_name, "COUNT", std::to_string(count)};
}

// First what is already pending with us: of a read that was not answered, or from before a restart.
bool RedisStreamReader::add_own_read(std::size_t count) {
  Command command = read_command(count);
  command.emplace_back("STREAMS");
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
    // A stream was deleted, or Redis restarted without its data: the groups are created again.
    const std::string_view code = code_of(streams);
    if (code == "NOGROUP" || code == "UNBLOCKED" || code == "WRONGTYPE") return reset_groups();
    return fail(streams);
  }
  std::vector<RedisHeldVotes::Ready> votes;
  for (const Reply& element : streams.elements) {
    if (element.elements.size() != 2) continue;
    const std::size_t n = find_stream(element.elements[0].text);
    if (n == streams_.size()) continue;
    const auto entries = take_entries(n, element.elements[1], votes);
    if (!own) continue;
    streams_[n].own_after = entries.empty() ? std::nullopt : std::optional(entries.back().id);
  }
  if (own) monitor_.change([&](auto& statistics) { statistics.redelivered += votes.size(); });
  held_.add(std::move(votes));
}

std::vector<RedisStreamEntry> RedisStreamReader::take_entries(std::size_t stream, const Reply& entries,
                                                              std::vector<RedisHeldVotes::Ready>& votes) {
  auto parsed = parse_stream_entries(entries);
  for (const RedisStreamEntry& entry : parsed) {
    const RedisEntryPlace place{stream, entry.id};
    if (held_.holds(place)) continue;
    if (entry.deleted) {
      held_.settle(place);
      monitor_.change([](auto& statistics) { ++statistics.vanished; });
    } else if (!is_version(entry.id)) {
      outbox_.dead_letter(place, "The entry's id is too large for a version.");
    } else if (const auto format = format_of_vote_entry(entry.fields); !format) {
      outbox_.dead_letter(place, format.error().message);
    } else if (*format > options_.newest_format) {
      outbox_.leave_to_format(place, *format);
    } else if (auto vote = decode_vote_entry(entry.fields, options_.decode_imported)) {
      votes.push_back({stream, {entry.id, std::move(*vote)}});
    } else {
      outbox_.dead_letter(place, vote.error().message);
    }
  }
  return parsed;
}

Result<void> RedisStreamReader::send() {
  if (auto sent = pipeline_.send(); !sent) {
    reset_connection();
    error_ = sent.error();
    return outcome();
  }
  return {};
}

Result<void> RedisStreamReader::collect(milliseconds longer) {
  if (auto collected = pipeline_.collect(longer); !collected) {
    reset_connection();
    error_ = collected.error();
    return outcome();
  }
  outbox_.end_round();
  if (std::exchange(hang_up_, false)) {
    client_.disconnect();
    reset_connection();
  }
  return outcome();
}

Result<void> RedisStreamReader::outcome() {
  const auto error = std::exchange(error_, std::nullopt);
  monitor_.set_state(client_.connected(), error);
  if (error) return *error;
  return {};
}

void RedisStreamReader::reset_connection() {
  outbox_.reset_connection();
  hang_up_ = false;
  polled_ = false;
  next_poll_ = {};
  reset_groups();
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

redis::Pipeline::Handler RedisStreamReader::report_rejection() {
  return [this](const Reply& reply) {
    if (reply.is_error()) report(reply);
  };
}

}  // namespace pollux::queue
