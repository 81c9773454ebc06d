#include "compat/redis_list.hpp"

#include <chrono>
#include <string>
#include <utility>

#include "compat/example_vote.hpp"
#include "queue/redis_stream_commands.hpp"

namespace pollux::compat {
namespace {

// XADD comes first: without memory Redis rejects it, and the list is unchanged.
constexpr std::string_view move_list_script = R"(
local votes = redis.call('LRANGE', KEYS[1], 0, ARGV[1] - 1)
if #votes == 0 then return 0 end
for _, vote in ipairs(votes) do redis.call('XADD', KEYS[2], '*', 'original', vote) end
redis.call('LTRIM', KEYS[1], #votes, -1)
redis.call('SADD', KEYS[3], KEYS[2])
return #votes
)";

}  // namespace

RedisListVoteQueue::RedisListVoteQueue(IoThreads& threads, Options options)
    : producer_(threads, options, {}, [this](const redis::Reply& reply) { return version_of(reply); }) {}

void RedisListVoteQueue::enqueue(poll::Vote vote, AckCallback done) {
  const auto element = encode_example_vote(vote);
  if (!element) return done(element.error());
  producer_.send({"RPUSH", list_key, *element}, std::move(done));
}

poll::VoteResult RedisListVoteQueue::version_of(const redis::Reply& reply) {
  if (reply.kind != redis::Reply::Kind::integer) {
    return unavailable("Redis answered RPUSH with something other than the length of the list.");
  }
  const std::lock_guard lock(mutex_);
  return clock_.next(std::chrono::system_clock::now());
}

queue::RedisVoteImport legacy_list_import(std::size_t batch) {
  redis::Command command{"EVAL",
                         std::string(move_list_script),
                         "3",
                         std::string(list_key),
                         queue::stream_key(0),
                         std::string(queue::streams_key),
                         std::to_string(batch)};
  return {.command = std::move(command), .batch = batch};
}

}  // namespace pollux::compat
