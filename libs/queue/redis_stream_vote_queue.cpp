#include "queue/redis_stream_vote_queue.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <stdexcept>
#include <tuple>
#include <type_traits>
#include <utility>

#include "queue/redis_stream_commands.hpp"
#include "queue/versions.hpp"
#include "queue/vote_entry.hpp"

namespace pollux::queue {
namespace {

std::vector<std::string> stream_keys(std::size_t shards) {
  if (shards < 1 || shards > max_stream_shards) {
    throw std::invalid_argument("RedisStreamVoteQueue: the number of streams is 1 to 256.");
  }
  std::vector<std::string> keys;
  for (std::size_t shard = 0; shard < shards; ++shard) keys.push_back(stream_key(shard));
  return keys;
}

redis::EncodedCommand registration(const std::vector<std::string>& streams) {
  std::vector<std::string_view> words{"SADD", streams_key};
  words.insert(words.end(), streams.begin(), streams.end());
  return redis::EncodedCommand(words);
}

Result<poll::Version> version_of(const redis::Reply& reply) {
  if (const auto version = parse_entry_id(reply.text)) return *version;
  return unavailable("Redis answered XADD with something other than the id of an entry.");
}

}  // namespace

std::size_t shard_of(std::string_view voter_id, std::size_t shards) {
  std::uint64_t hash = 14695981039346656037U;
  for (const char byte : voter_id) hash = (hash ^ static_cast<unsigned char>(byte)) * 1099511628211U;
  return hash % shards;
}

RedisStreamVoteQueue::RedisStreamVoteQueue(IoThreads& threads, Options options)
    : streams_(stream_keys(options.stream_shards)),
      producer_(threads, options, {registration(streams_)}, version_of) {}

void RedisStreamVoteQueue::enqueue(poll::Vote vote, AckCallback done) {
  const std::string& stream = streams_[shard_of(vote.voter.text(), streams_.size())];
  const auto fields = encode_vote_entry(vote);
  std::array<std::string_view, 3 + std::tuple_size_v<std::remove_const_t<decltype(fields)>>> words{
      "XADD", stream, "*"};
  std::ranges::copy(fields, words.begin() + 3);
  producer_.send(redis::EncodedCommand(words), std::move(done));
}

}  // namespace pollux::queue
