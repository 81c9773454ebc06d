// The gates of the polls in Redis, and the script that checks them.
//
// The hash gates_key has a field for each poll: its state, its run and its revision, as in "open 3 12". Later
// versions may add words.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "poll/vote_gate.hpp"
#include "redis/client.hpp"
#include "redis/sync_client.hpp"

namespace pollux::queue {

inline constexpr std::string_view gates_key = "pollux:gates";

// Appends an entry to the stream KEYS[1] if the gate of the poll ARGV[1] in the hash KEYS[2] is open for the
// run: if it begins with ARGV[2], which is open_gate(). The other arguments are the fields of the entry.
// Replies with the id of the entry, or else with an array of the gate (nil: there is none) and ARGV[2].
//
// Redis executes one script or command at a time, so every vote comes before or after the change of a gate.
inline constexpr std::string_view gated_append_script =
    "local gate = redis.call('HGET', KEYS[2], ARGV[1]) "
    "if gate and string.sub(gate, 1, #ARGV[2]) == ARGV[2] then "
    "return redis.call('XADD', KEYS[1], '*', unpack(ARGV, 3)) "
    "end "
    "return {gate, ARGV[2]}";

// The SHA-1 of the script, by which EVALSHA finds it.
inline constexpr std::string_view gated_append_sha = "ba0f3c47f8bf0a738eacb4afea35892b36789bb7";

// The same for a vote that is `once`. The hash KEYS[3], first_votes_key() of the run, has what each voter
// selected first: another selection (ARGV[4]) of the voter ARGV[3] is not appended, and the reply is an array
// with a third element. The fields of the entry come after these arguments. The hash lives for a week after
// the last vote; then, or if it is lost, the recorder alone keeps the first votes.
inline constexpr std::string_view once_append_script =
    "local gate = redis.call('HGET', KEYS[2], ARGV[1]) "
    "if not gate or string.sub(gate, 1, #ARGV[2]) ~= ARGV[2] then return {gate, ARGV[2]} end "
    "local first = redis.call('HGET', KEYS[3], ARGV[3]) "
    "if first and first ~= ARGV[4] then return {gate, ARGV[2], first} end "
    "local id = redis.call('XADD', KEYS[1], '*', unpack(ARGV, 5)) "
    "if not first then redis.call('HSET', KEYS[3], ARGV[3], ARGV[4]) end "
    "redis.call('EXPIRE', KEYS[3], 604800) "
    "return id";

inline constexpr std::string_view once_append_sha = "e160e01e47a6b1939e3db28fcda45e56bbb60625";

std::string first_votes_key(const poll::PollId& run);

std::string open_gate(std::uint32_t run);  // "open 3 "

// Sets a gate unless there is one with a higher revision, or another one with the same. Replies with that
// one, or with 1.
redis::Command set_gate(const poll::VoteGate& gate);

// What a script replies for a vote that it did not append.
poll::VoteRejection rejection_of(const redis::Reply& reply);

// One connection, which is opened when it is needed. A call blocks, for the limits at most.
class RedisVoteGates : public poll::VoteGates {
 public:
  explicit RedisVoteGates(redis::Url url, redis::SyncClient::Options limits = {});
  explicit RedisVoteGates(std::unique_ptr<redis::Client> client) : client_(std::move(client)) {}

  Result<std::vector<poll::VoteGate>> set_all(std::span<const poll::VoteGate> gates) override;
  Result<void> remove(const poll::PollId& poll) override;
  Result<std::vector<poll::PollId>> polls() override;

  // Whether the last call had a connection, and left it intact. Any thread.
  bool connected() const { return client_->connected(); }

 private:
  std::mutex mutex_;  // guards the client
  const std::unique_ptr<redis::Client> client_;
};

}  // namespace pollux::queue
