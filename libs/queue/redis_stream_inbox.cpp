#include "queue/redis_stream_inbox.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "queue/redis_stream_commands.hpp"
#include "queue/versions.hpp"

namespace pollux::queue {
namespace {

using redis::Command;
using redis::Reply;
using std::chrono::milliseconds;

constexpr std::size_t max_batches_at_once = 4;  // in a read of many streams
constexpr std::size_t max_claimed_at_once = 1000;

}  // namespace

RedisStreamInbox::RedisStreamInbox(const RedisStreamConsumerOptions& options, RedisStreamGroups& groups,
                                   RedisHeldVotes& held, RedisStreamOutbox& outbox,
                                   RedisStreamMonitor& monitor, RedisRoundErrors errors)
    : options_(options),
      groups_(groups),
      held_(held),
      outbox_(outbox),
      monitor_(monitor),
      errors_(std::move(errors)) {}

void RedisStreamInbox::add_claims(redis::Pipeline& pipeline, std::size_t max) {
  const auto now = options_.now();
  if (now >= next_claims_) {
    next_claims_ = now + std::clamp(options_.reclaim_after / 4, milliseconds(50), milliseconds(5000));
    groups_.begin_claiming();
  }
  const std::size_t count = std::min(max, max_claimed_at_once);
  for (std::size_t n = 0; n < groups_.all().size(); ++n) {
    const RedisStreamGroups::Stream& stream = groups_.at(n);
    if (!stream.joined || !stream.claiming) continue;
    pipeline.add(claim_entries(stream.name, options_.consumer_name, options_.reclaim_after, count,
                               options_.newest_format),
                 [this, n](const Reply& reply) { take_claimed(n, reply); });
  }
}

void RedisStreamInbox::take_claimed(std::size_t stream, const Reply& reply) {
  groups_.at(stream).claiming = false;
  if (reply.is_error()) return errors_.report(reply);
  if (reply.elements.size() != 3) return;
  groups_.at(stream).claiming = reply.elements[0].count() != 0;
  std::vector<RedisHeldVotes::Ready> votes;
  take_entries(stream, reply.elements[1], votes);
  monitor_.change([&](auto& statistics) {
    statistics.reclaimed += votes.size();
    statistics.vanished += reply.elements[2].count();
  });
  held_.add(std::move(votes));
}

bool RedisStreamInbox::add_read(redis::Pipeline& pipeline, std::size_t max, milliseconds wait) {
  const std::size_t count = std::clamp<std::size_t>(max_batches_at_once * max / groups_.all().size(), 1, max);
  if (add_pending_read(pipeline, count)) return true;

  Command command = read_command(count);
  if (wait > milliseconds(0)) command.insert(command.end(), {"BLOCK", std::to_string(wait.count())});
  command.emplace_back("STREAMS");
  const std::size_t without_streams = command.size();
  for (const RedisStreamGroups::Stream& stream : groups_.all())
    if (stream.joined) command.push_back(stream.name);
  const std::size_t joined = command.size() - without_streams;
  if (joined == 0) return false;
  command.insert(command.end(), joined, ">");
  pipeline.add(std::move(command), [this](const Reply& reply) { take_streams(reply, false); });
  return true;
}

Command RedisStreamInbox::read_command(std::size_t count) const {
  return {"XREADGROUP",           "GROUP", std::string(consumer_group),
          options_.consumer_name, "COUNT", std::to_string(count)};
}

// What is already pending with us: of a read that was not answered, or from before a restart.
bool RedisStreamInbox::add_pending_read(redis::Pipeline& pipeline, std::size_t count) {
  Command command = read_command(count);
  command.emplace_back("STREAMS");
  Command after;
  for (const RedisStreamGroups::Stream& stream : groups_.all()) {
    if (!stream.joined || !stream.pending_after) continue;
    command.push_back(stream.name);
    after.push_back(entry_id_text(*stream.pending_after));
  }
  if (after.empty()) return false;
  command.insert(command.end(), after.begin(), after.end());
  pipeline.add(std::move(command), [this](const Reply& reply) { take_streams(reply, true); });
  return true;
}

void RedisStreamInbox::take_streams(const Reply& streams, bool pending) {
  if (streams.is_error()) {
    // A stream was deleted, or Redis restarted without its data: the groups are created again.
    const std::string_view code = streams.error_code();
    if (code == "NOGROUP" || code == "UNBLOCKED" || code == "WRONGTYPE") return reset_groups();
    return errors_.fail(streams);
  }
  std::vector<RedisHeldVotes::Ready> votes;
  for (const Reply& element : streams.elements) {
    if (element.elements.size() != 2) continue;
    const auto stream = groups_.find(element.elements[0].text);
    if (!stream) continue;
    const auto entries = take_entries(*stream, element.elements[1], votes);
    if (!pending) continue;
    groups_.at(*stream).pending_after = entries.empty() ? std::nullopt : std::optional(entries.back().id);
  }
  if (pending) monitor_.change([&](auto& statistics) { statistics.redelivered += votes.size(); });
  held_.add(std::move(votes));
}

std::vector<RedisStreamEntry> RedisStreamInbox::take_entries(std::size_t stream, const Reply& entries,
                                                             std::vector<RedisHeldVotes::Ready>& votes) {
  auto parsed = parse_stream_entries(entries);
  votes.reserve(votes.size() + parsed.size());
  for (const RedisStreamEntry& entry : parsed) {
    const RedisEntryPlace place{stream, entry.id};
    if (held_.holds(place)) continue;
    if (entry.deleted) {
      held_.acknowledge(place);
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

void RedisStreamInbox::reset_groups() {
  outbox_.reset_groups();
  groups_.reset();
}

}  // namespace pollux::queue
