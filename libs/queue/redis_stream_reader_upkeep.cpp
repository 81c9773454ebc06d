// What a consumer does for the streams beside reading and acknowledging.
#include <algorithm>
#include <cstdint>
#include <map>
#include <utility>

#include "queue/redis_keys.hpp"
#include "queue/redis_stream_reader.hpp"
#include "redis/server_check.hpp"

namespace pollux::queue {
namespace {

using redis::Command;
using redis::Reply;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr milliseconds drain_every{50};
constexpr milliseconds look_every{1000};     // for new streams, and at how long they are
constexpr milliseconds pause_after_no{500};  // before what Redis has refused is tried again
constexpr std::size_t burials_at_once = 100;
constexpr std::size_t burial_commands = 10;
constexpr std::size_t claimed_at_once = 1000;
constexpr std::size_t longest_reason = 500;
constexpr std::size_t returned_at_once = 1000;
constexpr std::chrono::hours as_if_idle_for{24};

milliseconds claim_every(milliseconds reclaim_after) {
  return std::clamp<milliseconds>(reclaim_after / 4, milliseconds(50), seconds(5));
}

milliseconds remove_every(milliseconds forget_after) {
  return std::clamp<milliseconds>(forget_after / 6, milliseconds(50), seconds(600));
}

std::uint64_t count_of(const Reply& reply) {
  return static_cast<std::uint64_t>(std::max<std::int64_t>(0, reply.integer));
}

}  // namespace

void RedisStreamReader::add_upkeep(std::size_t max) {
  const auto now = Clock::now();
  if (options_.drain_original_list && now >= next_drain_) add_drain();
  if (now >= next_look_) {
    next_look_ = now + look_every;
    add_look();
    add_sample();
  }
  if (now >= next_removals_) {
    next_removals_ = now + remove_every(options_.forget_consumers_after);
    add_removals();
  }
  add_claims(max);
}

void RedisStreamReader::add_drain() {
  next_drain_ = Clock::now() + drain_every;
  pipeline_.add(move_original_votes(stream_key(0), options_.drained_at_once), [this](const Reply& reply) {
    if (reply.is_error()) {
      next_drain_ = Clock::now() + pause_after_no;
      return complain(reply);
    }
    if (count_of(reply) == options_.drained_at_once) next_drain_ = {};
    change_statistics([&](auto& statistics) { statistics.drained += count_of(reply); });
  });
}

void RedisStreamReader::add_look() {
  change_statistics([this](auto& statistics) { statistics.problem = problem_; });
  problem_.clear();
  for (Stream& stream : streams_) stream.refused = false;
  pipeline_.add({"SMEMBERS", std::string(streams_key)}, [this](const Reply& reply) {
    if (reply.is_error()) return fail(reply);
    looked_ = true;
    learn_streams(reply);
  });
  pipeline_.add({"INFO", "memory"}, [this](const Reply& reply) {
    const auto checked = redis::check_eviction(options_.url, reply);
    if (!checked) warn(checked.error().message);
    const std::lock_guard lock(mutex_);
    eviction_ = checked ? std::nullopt : std::optional(checked.error());
  });
}

void RedisStreamReader::learn_streams(const Reply& names) {
  for (const Reply& name : names.elements) {
    if (find_stream(name.text) != streams_.size()) continue;
    // Whatever else somebody puts there must not stop the reading of votes.
    if (!name.text.starts_with(stream_prefix)) {
      problem_ = "The set " + std::string(streams_key) + " names something that is no stream of votes.";
      warn(problem_);
    } else if (streams_.size() >= options_.max_streams) {
      problem_ = "The set " + std::string(streams_key) + " names more streams than the " +
                 std::to_string(options_.max_streams) + " that a worker reads.";
      warn(problem_);
    } else {
      streams_.push_back({.name = name.text});
    }
  }
}

std::size_t RedisStreamReader::find_stream(std::string_view name) const {
  return static_cast<std::size_t>(std::ranges::find(streams_, name, &Stream::name) - streams_.begin());
}

// A vote's entry is deleted once it is recorded. So what a stream has and nobody was given is its length less
// what is pending, also where Redis can't tell the group's lag.
void RedisStreamReader::add_sample() {
  sample_ = {};
  for (const Stream& stream : streams_) {
    pipeline_.add({"XLEN", stream.name}, [this](const Reply& reply) { sample_.length += count_of(reply); });
    pipeline_.add({"XPENDING", stream.name, std::string(consumer_group)}, [this](const Reply& reply) {
      if (!reply.elements.empty()) sample_.pending += count_of(reply.elements[0]);
    });
    pipeline_.add({"XINFO", "CONSUMERS", stream.name, std::string(consumer_group)},
                  [this](const Reply& reply) { take_consumers(reply); });
  }
  pipeline_.add({"XLEN", std::string(dead_letters_key)},
                [this](const Reply& reply) { take_sample(count_of(reply)); });
}

// Each consumer is a list of names and values: name <text> pending <number> …
void RedisStreamReader::take_consumers(const Reply& consumers) {
  for (const Reply& consumer : consumers.elements) {
    std::string_view name;
    std::uint64_t pending = 0;
    for (std::size_t i = 0; i + 1 < consumer.elements.size(); i += 2) {
      if (consumer.elements[i].text == "name") name = consumer.elements[i + 1].text;
      if (consumer.elements[i].text == "pending") pending = count_of(consumer.elements[i + 1]);
    }
    if (name.starts_with(newer_format_prefix)) sample_.newer_format += pending;
  }
}

void RedisStreamReader::take_sample(std::uint64_t dead_letters) {
  change_statistics([&](auto& statistics) {
    statistics.newer_format = sample_.newer_format;
    statistics.pending = sample_.pending - std::min(sample_.pending, sample_.newer_format);
    statistics.lag = sample_.length - std::min(sample_.length, sample_.pending);
    statistics.dead_letters_kept = dead_letters;
  });
  if (sample_.newer_format == 0) return;
  warn(std::to_string(sample_.newer_format) +
       " entries in Redis have a newer format than this worker reads. They wait for a newer worker: update "
       "the "
       "workers.");
}

void RedisStreamReader::add_claims(std::size_t max) {
  if (held_.ready() >= max) return;
  const auto now = Clock::now();
  if (now >= next_claims_) {
    next_claims_ = now + claim_every(options_.reclaim_after);
    for (Stream& stream : streams_) stream.claiming = true;
  }
  for (std::size_t n = 0; n < streams_.size(); ++n) {
    if (streams_[n].joined && streams_[n].claiming) add_claim(n, std::min(max, claimed_at_once));
  }
}

void RedisStreamReader::add_claim(std::size_t stream, std::size_t count) {
  pipeline_.add(claim_entries(streams_[stream].name, options_.consumer_name, options_.reclaim_after, count,
                              options_.newest_format),
                [this, stream](const Reply& reply) { take_claimed(stream, reply); });
}

void RedisStreamReader::take_claimed(std::size_t stream, const Reply& reply) {
  streams_[stream].claiming = false;
  if (reply.is_error()) return complain(reply);
  if (reply.elements.size() != 3) return;
  streams_[stream].claiming = count_of(reply.elements[0]) != 0;
  std::vector<RedisHeldVotes::Ready> votes;
  take_entries(stream, reply.elements[1], votes);
  change_statistics([&](auto& statistics) {
    statistics.reclaimed += votes.size();
    statistics.vanished += count_of(reply.elements[2]);
  });
  held_.add(std::move(votes));
}

// They stay pending in Redis, but not with us. Where Redis refuses that they are found again by a later
// claim.
void RedisStreamReader::add_newer() {
  for (Stream& stream : streams_) {
    if (!stream.joined) continue;
    for (const auto& [format, ids] : std::exchange(stream.newer, {})) {
      pipeline_.add(leave_to_format(stream.name, format, ids), [this](const Reply& reply) {
        if (reply.is_error()) complain(reply);
      });
    }
  }
}

void RedisStreamReader::add_removals() {
  for (const Stream& stream : streams_) {
    if (!stream.joined) continue;
    pipeline_.add(remove_consumers(stream.name, {}, options_.forget_consumers_after),
                  [this](const Reply& reply) {
                    if (reply.is_error()) complain(reply);
                  });
  }
}

void RedisStreamReader::give_back(std::span<const RedisEntryPlace> places) {
  returned_.insert(returned_.end(), places.begin(), places.end());
}

// Claimed by ourselves as if they had been with us for a day: longer than anybody waits before taking over.
void RedisStreamReader::add_returns() {
  std::map<std::size_t, std::vector<Command>> commands;
  const auto unjoined =
      std::stable_partition(returned_.begin(), returned_.end(),
                            [this](const RedisEntryPlace& place) { return !streams_[place.stream].joined; });
  for (const RedisEntryPlace& place : std::span(unjoined, returned_.end())) {
    std::vector<Command>& of_stream = commands[place.stream];
    if (of_stream.empty() || of_stream.back().size() > returned_at_once) {
      of_stream.push_back(
          {"XCLAIM", streams_[place.stream].name, std::string(consumer_group), options_.consumer_name, "0"});
    }
    of_stream.back().push_back(entry_id_text(place.id));
    held_.forget(place);
  }
  returned_.erase(unjoined, returned_.end());
  for (auto& [stream, of_stream] : commands) {
    for (Command& command : of_stream) {
      command.insert(command.end(), {"IDLE", std::to_string(milliseconds(as_if_idle_for).count()), "JUSTID"});
      pipeline_.add(std::move(command), [this](const Reply& reply) {
        if (reply.is_error()) complain(reply);
      });
    }
  }
}

Result<void> RedisStreamReader::leave() {
  for (const Stream& stream : streams_) {
    if (!stream.joined) continue;
    pipeline_.add(remove_consumers(stream.name, options_.consumer_name, options_.forget_consumers_after),
                  [this](const Reply& reply) {
                    if (reply.is_error()) complain(reply);
                  });
  }
  if (pipeline_.empty()) return {};
  if (auto sent = send(); !sent) return sent;
  return collect();
}

// Neighbours of one stream go together; what is refused goes to the end of the line.
void RedisStreamReader::add_burials() {
  auto next = dead_.begin();
  for (std::size_t commands = 0; commands < burial_commands && next != dead_.end(); ++commands) {
    const std::size_t stream = next->stream;
    if (!streams_[stream].joined) break;  // soon
    std::vector<DeadEntry> together;
    for (; next != dead_.end() && next->stream == stream && together.size() < burials_at_once; ++next) {
      next->entry.reason.resize(std::min(next->entry.reason.size(), longest_reason));
      together.push_back(next->entry);
    }
    add_burial(stream, std::move(together));
  }
}

void RedisStreamReader::add_burial(std::size_t stream, std::vector<DeadEntry> entries) {
  auto command = bury_entries(streams_[stream].name, entries, options_.max_dead_letters);
  pipeline_.add(std::move(command), [this, stream, entries = std::move(entries)](const Reply& reply) {
    // The first in the line are these: the answers come in the order of the commands.
    dead_.erase(dead_.begin(), dead_.begin() + static_cast<std::ptrdiff_t>(entries.size()));
    if (reply.is_error() || reply.elements.size() != 2) {
      for (const DeadEntry& entry : entries) dead_.push_back({stream, entry});
      next_burials_ = Clock::now() + pause_after_no;
      return complain(reply);
    }
    for (const DeadEntry& entry : entries) held_.forget({stream, entry.id});
    change_statistics([&](auto& statistics) {
      statistics.dead_letters += count_of(reply.elements[0]);
      statistics.dead_letters_dropped += count_of(reply.elements[1]);
    });
  });
}

}  // namespace pollux::queue
