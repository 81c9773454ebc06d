// What a consumer has to write to Redis: acknowledgements, dead letters, and entries that it leaves to other
// consumers. Everything stays here until Redis has confirmed it or a later read brings it again.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "poll/vote.hpp"
#include "queue/redis_dead_letters.hpp"
#include "queue/redis_held_votes.hpp"
#include "queue/redis_recorded_votes.hpp"
#include "queue/redis_stream_consumer_options.hpp"
#include "queue/redis_stream_groups.hpp"
#include "queue/redis_stream_monitor.hpp"
#include "redis/sync_client.hpp"

namespace pollux::queue {

// One thread. All references must outlive it, and it must outlive the replies of the rounds that it is in. If
// Redis rejects an acknowledgement, the round fails; a rejection of any other command is reported.
class RedisStreamOutbox {
 public:
  RedisStreamOutbox(const RedisStreamConsumerOptions& options, const RedisStreamGroups& groups,
                    const RedisRecordedVotes& recorded, RedisHeldVotes& held, RedisStreamMonitor& monitor,
                    RedisRoundErrors errors);

  void dead_letter(const RedisEntryPlace& place, std::string reason);
  void leave_to_format(const RedisEntryPlace& place, std::uint32_t format);
  // Others may take the entries over at once instead of after their `reclaim_after`.
  void give_back(std::span<const RedisEntryPlace> places);

  bool empty() const;  // there is nothing to acknowledge either
  bool has_due_dead_letters() const { return dead_letters_.due(options_.now()); }

  // Add commands to a round, for the streams whose groups are joined; the rest waits. add_writes() covers
  // everything except what was given back, which add_returns() covers.
  void add_writes(redis::Pipeline& pipeline);
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
  redis::Pipeline::Handler report_errors() const;

  const RedisStreamConsumerOptions& options_;
  const RedisStreamGroups& groups_;
  const RedisRecordedVotes& recorded_;
  RedisHeldVotes& held_;
  RedisStreamMonitor& monitor_;
  const RedisRoundErrors errors_;
  RedisDeadLetterQueue dead_letters_;
  std::vector<RedisEntryPlace> returned_;
  // Entries of newer formats, by stream and format.
  std::map<std::pair<std::size_t, std::uint32_t>, std::vector<poll::Version>> newer_;
  bool acknowledgement_failed_ = false;
};

}  // namespace pollux::queue
