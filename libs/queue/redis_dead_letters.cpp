#include "queue/redis_dead_letters.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "queue/redis_stream_commands.hpp"
#include "queue/versions.hpp"

namespace pollux::queue {
namespace {

constexpr std::size_t max_waiting = 10'000;
constexpr std::size_t max_batches = 10;
constexpr std::size_t max_batch_entries = 100;
constexpr std::size_t max_reason_bytes = 500;
constexpr std::chrono::milliseconds retry_pause{500};

constexpr std::string_view dead_letter_script = R"(
local copied = 0
local before = redis.call('XLEN', KEYS[2])
for i = 3, #ARGV, 2 do
  local id, reason = ARGV[i], ARGV[i + 1]
  local entry = redis.call('XRANGE', KEYS[1], id, id)[1]
  if entry then
    local fields = entry[2]
    if #fields > 2000 then fields = {'fields', cmsgpack.pack(fields)} end
    redis.call('XADD', KEYS[2], 'MAXLEN', '~', ARGV[2], '*', 'reason', reason, 'stream', KEYS[1], 'id', id,
               unpack(fields))
    redis.call('XDEL', KEYS[1], id)
    copied = copied + 1
  end
  redis.call('XACK', KEYS[1], ARGV[1], id)
end
return {copied, before + copied - redis.call('XLEN', KEYS[2])}
)";

// The fields that a dead letter has before those of its entry: reason, stream, id.
constexpr std::size_t own_fields = 3;

DeadLetter read_letter(const RedisStreamEntry& entry, const ImportedVoteDecoder& decode_imported) {
  DeadLetter letter{.id = entry_id_text(entry.id), .vote = invalid("It is not a dead letter of a vote.")};
  const std::span fields(entry.fields);
  if (fields.size() <= own_fields || fields[0].name != "reason" || fields[1].name != "stream" ||
      fields[2].name != "id") {
    return letter;
  }
  letter.reason = fields[0].value;
  letter.stream = fields[1].value;
  letter.entry_id = fields[2].value;
  letter.vote = read_queued_vote(fields.subspan(own_fields), letter.entry_id, decode_imported);
  return letter;
}

}  // namespace

redis::Command dead_letter_entries(const std::string& stream, std::span<const RejectedEntry> entries,
                                   std::size_t max_kept) {
  redis::Command command{"EVAL",
                         std::string(dead_letter_script),
                         "2",
                         stream,
                         std::string(dead_letters_key),
                         std::string(consumer_group),
                         std::to_string(max_kept)};
  for (const RejectedEntry& entry : entries) {
    command.push_back(entry_id_text(entry.id));
    command.push_back(entry.reason);
  }
  return command;
}

bool RedisDeadLetterQueue::add(std::size_t stream, RejectedEntry entry) {
  if (waiting_.size() >= max_waiting) return false;
  entry.reason.resize(std::min(entry.reason.size(), max_reason_bytes));
  waiting_.push_back({stream, std::move(entry)});
  return true;
}

std::vector<RedisDeadLetterQueue::Batch> RedisDeadLetterQueue::next(
    Time now, const std::function<bool(std::size_t stream)>& usable) const {
  std::vector<Batch> batches;
  if (!due(now)) return batches;
  auto next = waiting_.begin();
  while (next != waiting_.end() && batches.size() < max_batches && usable(next->stream)) {
    Batch batch{next->stream, {}};
    for (; next != waiting_.end() && next->stream == batch.stream && batch.entries.size() < max_batch_entries;
         ++next) {
      batch.entries.push_back(next->entry);
    }
    batches.push_back(std::move(batch));
  }
  return batches;
}

void RedisDeadLetterQueue::succeeded(const Batch& batch) {
  waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(batch.entries.size()));
}

void RedisDeadLetterQueue::failed(const Batch& batch, Time now) {
  succeeded(batch);
  for (const RejectedEntry& entry : batch.entries) waiting_.push_back({batch.stream, entry});
  next_attempt_ = now + retry_pause;
}

void RedisDeadLetterQueue::forget(std::size_t stream) {
  std::erase_if(waiting_, [stream](const Waiting& each) { return each.stream == stream; });
}

RedisDeadLetters::RedisDeadLetters(redis::Url url, redis::SyncClient::Options limits,
                                   ImportedVoteDecoder decode_imported)
    : client_(std::move(url), limits), decode_imported_(std::move(decode_imported)) {}

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
  for (const RedisStreamEntry& entry : parse_stream_entries(*reply))
    letters.push_back(read_letter(entry, decode_imported_));
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
