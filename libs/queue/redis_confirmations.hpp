// What a vote waits for in Redis after it was appended and before it is accepted: that it is on disk, or that
// a replica has it. docs/adr/0059-what-accepted-means.md has the reasons.
//
// https://redis.io/docs/latest/commands/waitaof/
// https://redis.io/docs/latest/commands/wait/
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "poll/ports.hpp"
#include "redis/protocol.hpp"
#include "redis/sync_client.hpp"
#include "redis/url.hpp"

namespace pollux::queue {

enum class RedisAck {
  memory,   // nothing more: as durable as `appendfsync` makes it
  fsync,    // Redis has written it to its append-only file on disk (WAITAOF, Redis 7.2 or later)
  replica,  // at least one replica has it in its memory (WAIT)
};

// At start-up: whether Redis can confirm votes like that. `invalid` if waiting does not help: no WAITAOF, no
// append-only file, a replica. The result is a warning for the log, or empty. Blocks for the limits at most.
Result<std::string> check_confirmations(const redis::Url& url, RedisAck ack,
                                        redis::SyncClient::Options limits = {});

// The votes of one connection that Redis has appended and not confirmed yet. One thread.
//
// At most one question is on its way: it is about all votes that were sent before it, so that votes share a
// question as they share a disk write. Redis answers nothing else on the connection until it has answered the
// question. So at most as many votes wait here as may be in flight.
class RedisConfirmations {
 public:
  // Sends a command after all votes that were sent. Its reply comes after theirs; an error if the connection
  // ends.
  using Send = std::function<void(const redis::EncodedCommand& command,
                                  std::function<void(const Result<redis::Reply>&)> answer)>;
  using Finish = std::function<void(const poll::VoteQueue::AckCallback& done, poll::VoteResult outcome)>;
  using Short = std::function<void(std::size_t votes)>;

  // `limit`: how long Redis may take for a question, at least a millisecond. `ack` is not `memory`.
  // `fell_short` is called with the number of votes that were appended and not confirmed, before they are
  // rejected as `unavailable`; they may be counted all the same.
  RedisConfirmations(RedisAck ack, const redis::Url& url, std::chrono::milliseconds limit, Send send,
                     Finish finish, Short fell_short);

  // A vote was sent. True if ask() is to be called soon: after other votes that are sent at the same time.
  [[nodiscard]] bool sent();
  void ask();

  // Redis has appended a vote.
  void hold(poll::VoteQueue::AckCallback done, poll::Version version);

  // Rejects all that are held.
  void reject_all(const Error& reason);

 private:
  enum class State { idle, to_ask, asked };
  struct Held {
    poll::VoteQueue::AckCallback done;
    poll::Version version;
  };

  void take(const Result<redis::Reply>& reply);
  Result<void> outcome_of(const Result<redis::Reply>& reply) const;

  const RedisAck ack_;
  const redis::Url url_;
  const std::chrono::milliseconds limit_;
  const redis::EncodedCommand question_;
  const Send send_;
  const Finish finish_;
  const Short fell_short_;
  State state_ = State::idle;
  bool sent_since_ = false;  // votes, since the question that is on its way
  std::vector<Held> held_;
};

}  // namespace pollux::queue
