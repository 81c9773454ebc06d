#include "queue/redis_recorded_votes_reader.hpp"

#include <algorithm>
#include <utility>

#include "queue/redis_stream_commands.hpp"
#include "queue/versions.hpp"

namespace pollux::queue {

RedisRecordedVotesReader::RedisRecordedVotesReader(redis::Url url, redis::SyncClient::Options limits,
                                                   ImportedVoteDecoder decode_imported, std::uint64_t since)
    : client_(std::move(url), limits),
      decode_imported_(std::move(decode_imported)),
      first_(entry_id_text({since, 0})) {}

Result<RedisRecordedVotesReader::Batch> RedisRecordedVotesReader::next(std::size_t max) {
  if (!streams_) {
    if (auto found = find_streams(); !found) return found.error();
  }
  for (; !streams_->empty(); streams_->pop_back(), after_.clear()) {
    if (after_.empty()) {
      const auto begun = begin_stream();
      if (!begun) return begun.error();
      if (!*begun) continue;
    }
    const auto reply = client_.run({"XRANGE", streams_->back(), after_, last_, "COUNT", std::to_string(max)});
    if (!reply) return reply.error();
    if (Batch batch = read(*reply); !batch.empty()) return batch;
  }
  return Batch{};
}

Result<void> RedisRecordedVotesReader::find_streams() {
  const auto names = client_.run({"SMEMBERS", std::string(streams_key)});
  if (!names) return names.error();
  std::vector<std::string> streams{stream_key(0)};
  for (const redis::Reply& name : names->elements) {
    if (name.text.starts_with(stream_prefix) && name.text != streams.front()) streams.push_back(name.text);
  }
  streams_ = std::move(streams);
  return {};
}

Result<bool> RedisRecordedVotesReader::begin_stream() {
  const auto newest = client_.run({"XREVRANGE", streams_->back(), "+", "-", "COUNT", "1"});
  if (!newest) return newest.error();
  const auto entries = parse_stream_entries(*newest);
  if (entries.empty()) return false;
  last_ = entry_id_text(entries.front().id);
  after_ = first_;
  return true;
}

RedisRecordedVotesReader::Batch RedisRecordedVotesReader::read(const redis::Reply& entries) {
  Batch batch;
  for (const RedisStreamEntry& entry : parse_stream_entries(entries)) {
    const std::string id = entry_id_text(entry.id);
    after_ = "(" + id;
    if (auto vote = read_queued_vote(entry.fields, id, decode_imported_)) {
      batch.votes.push_back(*std::move(vote));
    } else {
      batch.unreadable.push_back({streams_->back(), id, vote.error().message});
    }
  }
  return batch;
}

}  // namespace pollux::queue
