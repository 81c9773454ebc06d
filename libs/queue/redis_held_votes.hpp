// The entries that Redis counts as pending with a consumer, from the read to the confirmed acknowledgement.
// Does no input or output.
#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <optional>
#include <span>
#include <unordered_set>
#include <vector>

#include "poll/vote.hpp"

namespace pollux::queue {

// An entry's place in Redis. Streams are numbered by their consumer; two streams may have entries of the same
// id.
struct RedisEntryPlace {
  std::size_t stream = 0;
  poll::Version id;

  friend bool operator==(const RedisEntryPlace&, const RedisEntryPlace&) = default;
};

// A vote is ready after it was read, delivered after deliver(), and to be acknowledged after acknowledge(),
// until Redis has confirmed that. One thread.
class RedisHeldVotes {
 public:
  struct Ready {
    std::size_t stream = 0;
    poll::QueuedVote queued;
    bool alone = false;     // to be delivered in a batch of its own
    bool returned = false;  // was delivered before
  };

  bool holds(const RedisEntryPlace& place) const { return held_.contains(place); }
  void hold(const RedisEntryPlace& place) { held_.insert(place); }
  void forget(const RedisEntryPlace& place) { held_.erase(place); }

  // Adds and holds the votes of one read. Reads are delivered one after the other, so that a stream that lags
  // does not delay the others; the votes of one read in the order of their versions.
  void add(std::vector<Ready> read);
  std::size_t ready() const { return ready_.size(); }

  // Up to `max` of the ready votes, which are delivered then.
  std::vector<poll::QueuedVote> deliver(std::size_t max);
  bool nothing_delivered() const { return delivered_.empty(); }
  std::optional<poll::Version> oldest_delivered() const {
    return delivered_.empty() ? std::nullopt : std::optional(delivered_.front().queued.version);
  }

  // Each of these ends the delivery of the given votes, and skips votes that are not delivered.
  void acknowledge(std::span<const poll::QueuedVote> votes);  // with the next begin_acknowledgement()
  // Makes the votes ready again, before the rest and in order; `alone`: each in a batch of its own. Returns
  // their number.
  std::size_t give_back(std::span<const poll::QueuedVote> votes, bool alone);
  // The places of the votes, which are still held; what becomes of them is up to the caller.
  std::vector<RedisEntryPlace> take_back(std::span<const poll::QueuedVote> votes);

  // Holds an entry that was never ready, and acknowledges it like a vote.
  void acknowledge(const RedisEntryPlace& place);

  // Ends the delivery of all and empties what is ready: the places of both, held still.
  std::vector<RedisEntryPlace> take_back_all();

  // The entries to acknowledge of the streams for which `may` is true, for a command that is on its way
  // until confirm_ or fail_acknowledgement().
  std::vector<RedisEntryPlace> begin_acknowledgement(const std::function<bool(std::size_t stream)>& may);
  void confirm_acknowledgement();  // Redis knows: they are no longer held
  void fail_acknowledgement();     // they are to be acknowledged again
  bool nothing_to_acknowledge() const { return to_acknowledge_.empty() && on_their_way_.empty(); }

  // Redis has lost what was pending of the stream. Its votes are still delivered, because no other consumer
  // may have them, but no longer acknowledged, because Redis may give their ids to other votes.
  void reset(std::size_t stream);

 private:
  static constexpr std::size_t lost = static_cast<std::size_t>(-1);  // replaces the stream's number

  struct Hash {
    std::size_t operator()(const RedisEntryPlace& place) const noexcept;
  };
  struct Delivered {
    std::size_t stream = 0;
    poll::QueuedVote queued;
    bool ended = false;  // during end_delivery()
  };

  template <class Taken>
  void end_delivery(std::span<const poll::QueuedVote> votes, const Taken& taken);

  std::unordered_set<RedisEntryPlace, Hash> held_;
  std::deque<Ready> ready_;
  std::vector<Delivered> delivered_;  // by version
  std::vector<RedisEntryPlace> to_acknowledge_;
  std::vector<RedisEntryPlace> on_their_way_;
};

}  // namespace pollux::queue
