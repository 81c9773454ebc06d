// What a consumer has to write back to Redis: acknowledgements, dead letters, and entries that it leaves to
// other consumers. Everything stays here until Redis has confirmed it or a later read brings it again.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "poll/vote.hpp"
#include "queue/redis_dead_letters.hpp"
#include "queue/redis_held_votes.hpp"
#include "queue/redis_stream_monitor.hpp"
#include "redis/sync_client.hpp"

namespace pollux::queue {

// One thread. `held` and `monitor` must outlive it, and it must outlive the replies of the rounds that it is
// in.
class RedisStreamOutbox {
 public:
  // The name of a stream that can be written now, else null. Streams are numbered by their consumer.
  using JoinedStream = std::function<const std::string*(std::size_t stream)>;
  using OnError = redis::Pipeline::Handler;  // gets error replies

  struct Options {
    std::string consumer_name;
    std::size_t max_dead_letters;  // beyond it the oldest are dropped
    JoinedStream joined;
    OnError fail;    // of an acknowledgement
    OnError report;  // of any other command, which is tried again
  };

  RedisStreamOutbox(Options options, RedisHeldVotes& held, RedisStreamMonitor& monitor);

  void dead_letter(const RedisEntryPlace& place, std::string reason);
  void leave_to_format(const RedisEntryPlace& place, std::uint32_t format);
  // Others may take the entries over at once instead of after their `reclaim_after`.
  void give_back(std::span<const RedisEntryPlace> places);

  bool empty() const;  // nothing is settled either
  bool has_due_dead_letters() const { return dead_letters_.due(Clock::now()); }

  // Adds commands to a round; only give_back() needs add_returns().
  void add_settled(redis::Pipeline& pipeline);
  void add_returns(redis::Pipeline& pipeline);

  void end_round();                        // all replies have come
  void reset_connection();                 // some have not: acknowledges again
  void reset_groups() { newer_.clear(); }  // the entries are read again
  void reset_stream(std::size_t stream);   // nothing of it is pending with us any more

 private:
  using Clock = std::chrono::steady_clock;

  void add_acknowledgements(redis::Pipeline& pipeline);
  void add_newer(redis::Pipeline& pipeline);
  void add_dead_letters(redis::Pipeline& pipeline);
  OnError report_errors() const;

  const Options options_;
  RedisHeldVotes& held_;
  RedisStreamMonitor& monitor_;
  RedisDeadLetterQueue dead_letters_;
  std::vector<RedisEntryPlace> returned_;
  // Entries of newer formats, by stream and format.
  std::map<std::pair<std::size_t, std::uint32_t>, std::vector<poll::Version>> newer_;
  bool acknowledgement_failed_ = false;
};

}  // namespace pollux::queue
