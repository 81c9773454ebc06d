// Reads the votes that are still in their streams, recorded or not, so that they can be recorded again.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "poll/vote.hpp"
#include "queue/vote_entry.hpp"
#include "redis/sync_client.hpp"
#include "redis/url.hpp"

namespace pollux::queue {

// Changes nothing in Redis; workers may be running. One thread. Each call keeps the limits of the connection.
class RedisRecordedVotesReader {
 public:
  struct Unreadable {
    std::string stream;
    std::string entry_id;
    std::string reason;
  };
  struct Batch {
    std::vector<poll::QueuedVote> votes;  // in the order of their versions, all of one stream
    std::vector<Unreadable> unreadable;   // what this program can't read
    bool empty() const { return votes.empty() && unreadable.empty(); }
  };

  // Votes that were queued before `since` (Unix milliseconds) are skipped.
  RedisRecordedVotesReader(redis::Url url, redis::SyncClient::Options limits,
                           ImportedVoteDecoder decode_imported, std::uint64_t since);

  // The next ones, up to `max` of those that were there when their stream was begun; empty at the end.
  Result<Batch> next(std::size_t max);

 private:
  Result<void> find_streams();
  Result<bool> begin_stream();
  Batch read(const redis::Reply& entries);

  redis::SyncClient client_;
  const ImportedVoteDecoder decode_imported_;
  const std::string first_;
  std::optional<std::vector<std::string>> streams_;  // that are left, the next one last
  std::string after_;                                // where to go on in that stream; empty: to be begun
  std::string last_;
};

}  // namespace pollux::queue
