#include "queue/redis_dead_letters.hpp"

#include <cstdint>
#include <limits>
#include <optional>
#include <utility>

#include "queue/redis_keys.hpp"
#include "queue/redis_stream_entry.hpp"
#include "queue/vote_entry.hpp"

namespace pollux::queue {
namespace {

// The fields that a dead letter has before those of its entry: reason, stream, id.
constexpr std::size_t own_fields = 3;

Result<poll::QueuedVote> read_vote(std::span<const VoteEntryField> fields, std::string_view entry_id) {
  constexpr std::uint64_t largest = std::numeric_limits<std::int64_t>::max();
  const auto version = parse_entry_id(entry_id);
  if (!version || version->time > largest || version->sequence > largest) {
    return invalid("Its id is no place in the order of votes.");
  }
  const auto format = format_of_vote_entry(fields);
  if (!format) return format.error();
  if (*format > vote_entry_format) {
    return invalid("It has format " + std::to_string(*format) + ", which a newer version reads.");
  }
  auto vote = decode_vote_entry(fields);
  if (!vote) return vote.error();
  return poll::QueuedVote{*version, std::move(*vote)};
}

DeadLetter read_letter(const RedisStreamEntry& entry) {
  DeadLetter letter{.id = entry_id_text(entry.id), .vote = invalid("It is not a dead letter of a vote.")};
  const std::span fields(entry.fields);
  if (fields.size() <= own_fields || fields[0].name != "reason" || fields[1].name != "stream" ||
      fields[2].name != "id") {
    return letter;
  }
  letter.reason = fields[0].value;
  letter.stream = fields[1].value;
  letter.entry_id = fields[2].value;
  letter.vote = read_vote(fields.subspan(own_fields), letter.entry_id);
  return letter;
}

}  // namespace

RedisDeadLetters::RedisDeadLetters(redis::Url url, redis::SyncClient::Options limits)
    : client_(std::move(url), limits) {}

Result<std::vector<DeadLetter>> RedisDeadLetters::next(std::size_t max) {
  const std::string key(dead_letters_key);
  if (last_.empty()) {
    const auto newest = client_.run({"XREVRANGE", key, "+", "-", "COUNT", "1"});
    if (!newest) return newest.error();
    if (newest->elements.empty()) return std::vector<DeadLetter>{};
    const auto entries = parse_stream_entries(*newest);
    last_ = entry_id_text(entries.at(0).id);
  }
  const auto reply = client_.run({"XRANGE", key, after_, last_, "COUNT", std::to_string(max)});
  if (!reply) return reply.error();
  std::vector<DeadLetter> letters;
  for (const RedisStreamEntry& entry : parse_stream_entries(*reply)) letters.push_back(read_letter(entry));
  if (!letters.empty()) after_ = "(" + letters.back().id;
  return letters;
}

Result<std::size_t> RedisDeadLetters::remove(std::span<const std::string> ids) {
  if (ids.empty()) return std::size_t{0};
  redis::Command command{"XDEL", std::string(dead_letters_key)};
  command.insert(command.end(), ids.begin(), ids.end());
  const auto reply = client_.run(command);
  if (!reply) return reply.error();
  return static_cast<std::size_t>(reply->integer);
}

}  // namespace pollux::queue
