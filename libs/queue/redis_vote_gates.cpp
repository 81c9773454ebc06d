#include "queue/redis_vote_gates.hpp"

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <system_error>
#include <utility>

#include "poll/lost_changes.hpp"
#include "poll/poll_run.hpp"

namespace pollux::queue {
namespace {

// Keeps a gate with a higher revision, and another one with the same.
constexpr std::string_view set_script = R"(
local gate = redis.call('HGET', KEYS[1], ARGV[1])
local words, revision = string.match(gate or '', '^(%a+ %d+ (%d+))')
if words == ARGV[2] then return 1 end
if words and tonumber(revision) >= tonumber(ARGV[3]) then return gate end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
return 1
)";

std::string text_of(const poll::VoteGate& gate) {
  return std::string(name_of(gate.state)) + " " + std::to_string(gate.run) + " " +
         std::to_string(gate.revision);
}

// The state and the run, the first two words, of a field or of what open_gate() returns.
std::optional<poll::GateState> parse_gate(std::string_view text) {
  const std::size_t space = text.find(' ');
  if (space == std::string_view::npos) return std::nullopt;
  const auto state = poll::parse_state(text.substr(0, space));
  const char* const end = text.data() + text.size();
  std::uint32_t run = 0;
  const auto [read_to, error] = std::from_chars(text.data() + space + 1, end, run);
  if (!state || error != std::errc() || read_to == end || *read_to != ' ') return std::nullopt;
  return poll::GateState{.state = *state, .run = run};
}

// The reply of set_script for a gate that is kept. A state that this version does not know takes no votes as
// far as it knows. No version writes a gate without a run or a revision.
poll::VoteGate parse_kept(const poll::PollId& poll, std::string_view text) {
  const std::size_t first = text.find(' ');
  const std::size_t second = text.find(' ', first + 1);
  const auto state = poll::parse_state(text.substr(0, first));
  poll::VoteGate gate{.poll = poll, .state = state.value_or(poll::PollState::closed)};
  if (first != std::string_view::npos && second != std::string_view::npos) {
    const char* const end = text.data() + text.size();
    const auto run = std::from_chars(text.data() + first + 1, end, gate.run);
    const auto revision = std::from_chars(text.data() + second + 1, end, gate.revision);
    const bool is_run = run.ec == std::errc() && gate.run >= 1 && gate.run <= poll::max_run;
    if (is_run && revision.ec == std::errc() && gate.revision < poll::max_revision) return gate;
  }
  return {.poll = poll, .state = poll::PollState::closed, .run = 1, .revision = poll::max_revision};
}

}  // namespace

std::string first_votes_key(const poll::PollId& run) {
  return "pollux:first-votes:" + run.text();
}

std::string open_gate(std::uint32_t run) {
  return std::string(name_of(poll::PollState::open)) + " " + std::to_string(run) + " ";
}

redis::Command set_gate(const poll::VoteGate& gate) {
  return {"EVAL",        std::string(set_script),      "1", std::string(gates_key), gate.poll.text(),
          text_of(gate), std::to_string(gate.revision)};
}

poll::VoteRejection rejection_of(const redis::Reply& reply) {
  if (reply.elements.size() == 3) return poll::rejection_of_another_answer();
  if (reply.elements.size() != 2) return unavailable("Redis answered a vote with an unknown array.");
  const redis::Reply& there = reply.elements[0];
  if (there.kind == redis::Reply::Kind::nil) return poll::rejection_without_gate();
  const auto gate = parse_gate(there.text);
  const auto wanted = parse_gate(reply.elements[1].text);
  if (!gate || !wanted) return unavailable("Redis has something in the hash pollux:gates that is no gate.");
  auto rejection = poll::rejection_by(*gate, wanted->run);
  return rejection ? *std::move(rejection) : poll::rejection_without_gate();
}

RedisVoteGates::RedisVoteGates(redis::Url url, redis::SyncClient::Options limits)
    : RedisVoteGates(std::make_unique<redis::SyncClient>(std::move(url), limits)) {}

Result<std::vector<poll::VoteGate>> RedisVoteGates::set_all(std::span<const poll::VoteGate> gates) {
  const std::lock_guard lock(mutex_);
  std::vector<redis::Command> commands;
  commands.reserve(gates.size());
  for (const poll::VoteGate& gate : gates) commands.push_back(set_gate(gate));
  const auto set = client_->run_all(commands);
  if (!set) return set.error();
  std::vector<poll::VoteGate> kept;
  for (std::size_t n = 0; n < gates.size(); ++n) {
    const redis::Reply& reply = (*set)[n];
    if (reply.kind == redis::Reply::Kind::integer) continue;
    kept.push_back(parse_kept(gates[n].poll, reply.text));
  }
  return kept;
}

Result<void> RedisVoteGates::remove(const poll::PollId& poll) {
  const std::lock_guard lock(mutex_);
  const auto removed = client_->run({"HDEL", std::string(gates_key), poll.text()});
  if (!removed) return removed.error();
  return {};
}

Result<std::vector<poll::PollId>> RedisVoteGates::polls() {
  const std::lock_guard lock(mutex_);
  const auto reply = client_->run({"HKEYS", std::string(gates_key)});
  if (!reply) return reply.error();
  std::vector<poll::PollId> polls;
  for (const redis::Reply& field : reply->elements) {
    if (auto id = poll::PollId::parse(field.text)) polls.push_back(*std::move(id));
  }
  return polls;
}

}  // namespace pollux::queue
