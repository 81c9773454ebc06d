#include "queue/redis_list_vote_queue.hpp"

#include <chrono>
#include <utility>

#include "queue/original_vote.hpp"
#include "queue/redis_keys.hpp"

namespace pollux::queue {

RedisListVoteQueue::RedisListVoteQueue(IoThreads& threads, Options options)
    : producer_(threads, options, {}, [this](const redis::Reply& reply) { return version_of(reply); }) {}

void RedisListVoteQueue::enqueue(poll::Vote vote, AckCallback done) {
  const auto element = encode_original_vote(vote);
  if (!element) return done(element.error());
  producer_.send({"RPUSH", original_list_key, *element}, std::move(done));
}

Result<poll::Version> RedisListVoteQueue::version_of(const redis::Reply& reply) {
  if (reply.kind != redis::Reply::Kind::integer) {
    return unavailable("Redis answered RPUSH with something other than the length of the list.");
  }
  const std::lock_guard lock(mutex_);
  return clock_.next(std::chrono::system_clock::now());
}

}  // namespace pollux::queue
