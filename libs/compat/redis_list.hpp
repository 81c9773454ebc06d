// Compatibility with the list in Redis in which the vote service of example-voting-app puts its votes, for
// its worker. RedisListVoteQueue takes the place of that vote service, legacy_list_import() that of the
// worker.
#pragma once

#include <cstddef>
#include <mutex>
#include <string_view>

#include "poll/ports.hpp"
#include "queue/redis_stream_consumer_options.hpp"
#include "queue/redis_vote_producer.hpp"
#include "queue/versions.hpp"

namespace pollux::compat {

inline constexpr std::string_view list_key = "votes";

// Appends votes to the list. A vote is accepted when Redis has appended it; a vote in another poll than
// `default` is `invalid`. Elements of a list have no ids, so the versions come from a clock of this process:
// they grow with each vote that it appends, and do not compare with those of another process. See
// RedisVoteProducer for the lifetime.
class RedisListVoteQueue : public poll::VoteQueue {
 public:
  using Options = queue::RedisQueueOptions;  // stream_shards is not used

  RedisListVoteQueue(IoThreads& threads, Options options);

  void enqueue(poll::Vote vote, AckCallback done) override;

  const queue::RedisVoteProducer& producer() const { return producer_; }  // for its state and statistics

 private:
  poll::VoteResult version_of(const redis::Reply& reply);

  std::mutex mutex_;  // guards the clock
  queue::VersionClock clock_{{}};
  queue::RedisVoteProducer producer_;
};

// An import for a consumer of the streams: moves votes from the list to the first stream, in their order and
// atomically, up to `batch` at a time. The consumer needs decode_example_vote() to decode them.
queue::RedisVoteImport legacy_list_import(std::size_t batch = 1000);

}  // namespace pollux::compat
