#include "directory/redis_poll_commands.hpp"

#include <charconv>
#include <chrono>
#include <string>
#include <system_error>
#include <utility>

#include "poll/lost_changes.hpp"
#include "poll/managed_poll_json.hpp"

namespace pollux::directory {
namespace {

constexpr std::chrono::seconds longest_reconciliation{600};
constexpr std::chrono::seconds image_is_kept{std::chrono::days(1)};

// An image that a poll does not have any more expires soon. If another poll has it, a reconciliation, which
// comes every 30 seconds, keeps it.
constexpr std::string_view logo_functions = R"lua(
local function logo_of(field)
  return field and string.match(field, '"logo":{"hash":"(%x+)"')
end
local function let_expire(logo)
  if logo then redis.call('EXPIRE', KEYS[1] .. ':logo:' .. logo, 60) end
end
)lua";

constexpr std::string_view publish_script = R"(
if redis.call('ZSCORE', KEYS[4], ARGV[1]) then return 0 end
local there = redis.call('HGET', KEYS[1], ARGV[1])
local revision = there and tonumber(string.match(there, '^%d+'))
local field = ARGV[2] .. ' ' .. ARGV[3]
if there == field then return 0 end
if revision and revision >= tonumber(ARGV[2]) then return there end
redis.call('HSET', KEYS[1], ARGV[1], field)
if logo_of(there) ~= logo_of(field) then let_expire(logo_of(there)) end
redis.call('ZADD', KEYS[3], redis.call('INCR', KEYS[2]), ARGV[1])
return 1
)";

constexpr std::string_view withdraw_script = R"(
if redis.call('ZSCORE', KEYS[4], ARGV[1]) then return 0 end
local number = redis.call('INCR', KEYS[2])
let_expire(logo_of(redis.call('HGET', KEYS[1], ARGV[1])))
redis.call('HDEL', KEYS[1], ARGV[1])
redis.call('ZADD', KEYS[3], number, ARGV[1])
redis.call('ZADD', KEYS[4], number, ARGV[1])
for _, id in ipairs(redis.call('ZRANGE', KEYS[4], 0, -1 - tonumber(ARGV[2]))) do
  redis.call('ZREM', KEYS[3], id)
  redis.call('ZREM', KEYS[4], id)
end
return 1
)";

constexpr std::string_view changes_script = R"(
local after = '(' .. ARGV[1]
local changes = redis.call('ZRANGEBYSCORE', KEYS[3], after, '+inf', 'WITHSCORES', 'LIMIT', 0, ARGV[2])
local reply = {redis.call('GET', KEYS[5])}
for n = 1, #changes, 2 do
  reply[#reply + 1] = changes[n + 1]
  reply[#reply + 1] = changes[n]
  reply[#reply + 1] = redis.call('HGET', KEYS[1], changes[n])
end
return reply
)";

constexpr std::string_view end_script = R"(
if redis.call('DEL', KEYS[2]) == 0 then return false end
redis.call('SET', KEYS[1], ARGV[1], 'NX')
return redis.call('GET', KEYS[1])
)";

std::string with_logos(std::string_view script) {
  return std::string(logo_functions).append(script);
}

redis::Command on_all_keys(std::string script) {
  return {"EVAL",
          std::move(script),
          "5",
          std::string(polls_key),
          std::string(sequence_key),
          std::string(changes_key),
          std::string(withdrawn_key),
          std::string(token_key)};
}

std::string mark_key(std::string_view mark) {
  return std::string(polls_key) + ":reconciliation:" + std::string(mark);
}

std::string image_key(const poll::Logo& logo) {
  return std::string(polls_key) + ":logo:" + logo.hash;
}

}  // namespace

redis::Command publish_poll(const poll::ManagedPoll& poll) {
  redis::Command command = on_all_keys(with_logos(publish_script));
  command.insert(command.end(), {poll.id.text(), std::to_string(poll.revision), poll::to_json(poll)});
  return command;
}

redis::Command withdraw_poll(const poll::PollId& id) {
  redis::Command command = on_all_keys(with_logos(withdraw_script));
  command.insert(command.end(), {id.text(), std::to_string(withdrawals_kept)});
  return command;
}

redis::Command read_changes(std::string_view after, std::size_t max) {
  redis::Command command = on_all_keys(std::string(changes_script));
  command.insert(command.end(), {std::string(after), std::to_string(max)});
  return command;
}

redis::Command find_withdrawal(const poll::PollId& id) {
  return {"ZSCORE", std::string(withdrawn_key), id.text()};
}

redis::Command reinstate_poll(const poll::PollId& id) {
  return {"ZREM", std::string(withdrawn_key), id.text()};
}

redis::Command read_poll(const poll::PollId& id) {
  return {"HGET", std::string(polls_key), id.text()};
}

redis::Command put_image(const poll::Logo& logo) {
  return {"SET", image_key(logo), *logo.image, "EX", std::to_string(image_is_kept.count())};
}

redis::Command keep_image(const poll::Logo& logo) {
  return {"EXPIRE", image_key(logo), std::to_string(image_is_kept.count())};
}

redis::Command read_image(const poll::Logo& logo) {
  return {"GET", image_key(logo)};
}

std::uint64_t revision_in(std::string_view field) {
  std::uint64_t revision = 0;
  const auto read = std::from_chars(field.data(), field.data() + field.size(), revision);
  return read.ec == std::errc::result_out_of_range ? poll::max_revision : revision;
}

std::string_view json_in(std::string_view field) {
  const std::size_t space = field.find(' ');
  return space == std::string_view::npos ? std::string_view() : field.substr(space + 1);
}

redis::Command begin_reconciliation(std::string_view mark) {
  return {"SET", mark_key(mark), "1", "EX", std::to_string(longest_reconciliation.count())};
}

redis::Command end_reconciliation(std::string_view mark, std::string_view token) {
  return {"EVAL", std::string(end_script), "2", std::string(token_key), mark_key(mark), std::string(token)};
}

}  // namespace pollux::directory
