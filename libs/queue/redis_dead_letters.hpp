// Dead letters: entries of a stream that can never be recorded, kept in a stream of their own, each with its
// reason. Consumers write them; a later version may be able to read them.
#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "poll/ports.hpp"
#include "queue/vote_entry.hpp"
#include "redis/sync_client.hpp"

namespace pollux::queue {

// The stream of the dead letters.
inline constexpr std::string_view dead_letters_key = "pollux:dead-letters";

struct RejectedEntry {
  poll::Version id;
  std::string reason;
};

// Copies entries of a stream to the dead letters, deletes them from the stream and acknowledges them,
// atomically. A dead letter has the fields `reason`, `stream`, `id` and then those of the entry, byte for
// byte; an entry with more than 1000 fields becomes one field `fields`, an array in MessagePack. Beyond
// `max_kept` the oldest dead letters are dropped. Replies with the number that was copied (deleted entries
// are not) and the number that was dropped.
redis::Command dead_letter_entries(const std::string& stream, std::span<const RejectedEntry> entries,
                                   std::size_t max_kept);

// A consumer's entries that are to become dead letters, until Redis has taken them. One thread.
class RedisDeadLetterQueue {
 public:
  using Time = std::chrono::steady_clock::time_point;

  // Entries of one stream that go to Redis in one command. Streams are numbered by their consumer.
  struct Batch {
    std::size_t stream = 0;
    std::vector<RejectedEntry> entries;
  };

  // False, and nothing is added, if the queue is full (10,000 entries).
  bool add(std::size_t stream, RejectedEntry entry);
  bool empty() const { return waiting_.empty(); }
  bool due(Time now) const { return !waiting_.empty() && now >= next_attempt_; }

  // The next batches, in order; none before the end of a pause. They stay in the queue until succeeded() or
  // failed(), called in the same order. `usable` says whether a stream can be written now; the batches end
  // before the first that cannot.
  std::vector<Batch> next(Time now, const std::function<bool(std::size_t stream)>& usable) const;
  void succeeded(const Batch& batch);
  void failed(const Batch& batch, Time now);  // to the end of the queue, to be tried again in half a second

  void forget(std::size_t stream);  // its entries are gone

 private:
  struct Waiting {
    std::size_t stream = 0;
    RejectedEntry entry;
  };

  std::deque<Waiting> waiting_;
  Time next_attempt_;
};

struct DeadLetter {
  std::string id;                 // its own, in the stream of dead letters
  std::string stream;             // where the entry was
  std::string entry_id;           // which id it had there: its place in the order
  std::string reason;             // why it became a dead letter
  Result<poll::QueuedVote> vote;  // with its first version; or why this program can't read it either
};

// Reads the dead letters again, for a version that may be able to record them. One thread. Each call keeps
// the limits of the connection.
class RedisDeadLetters {
 public:
  RedisDeadLetters(redis::Url url, redis::SyncClient::Options limits, ImportedVoteDecoder decode_imported);

  // The next ones, oldest first, up to `max` of those that were there at the first call; none at the end.
  // They stay in Redis.
  Result<std::vector<DeadLetter>> next(std::size_t max);

  // The number of them that were still there. Ids that are gone already are ignored.
  Result<std::size_t> remove(std::span<const std::string> ids);

 private:
  redis::SyncClient client_;
  const ImportedVoteDecoder decode_imported_;
  std::string after_ = "-";
  std::string last_;  // empty before the first call
};

}  // namespace pollux::queue
