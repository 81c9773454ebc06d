// The list in Redis in which example-voting-app keeps its votes: written for that application's worker, and
// imported from its vote service.
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

// The producing end of the list. Accepts votes in the poll `default` once Redis has appended them; any other
// is `invalid`. Their order is that of the list; as it has no ids, versions are this process's own. See
// RedisVoteProducer for the lifetime.
class RedisListVoteQueue : public poll::VoteQueue {
 public:
  using Options = queue::RedisQueueOptions;  // of which stream_shards means nothing here

  RedisListVoteQueue(IoThreads& threads, Options options);

  void enqueue(poll::Vote vote, AckCallback done) override;

  const queue::RedisVoteProducer& producer() const { return producer_; }  // for its state and statistics

 private:
  Result<poll::Version> version_of(const redis::Reply& reply);

  std::mutex mutex_;  // guards the clock
  queue::VersionClock clock_{{}};
  queue::RedisVoteProducer producer_;
};

// For a consumer of the streams: moves the list into the first stream, in order and atomically, up to `batch`
// votes at a time. A consumer decodes them with decode_example_vote().
queue::RedisVoteImport legacy_list_import(std::size_t batch = 1000);

}  // namespace pollux::compat
