#include "queue/redis_stream_commands.hpp"

#include "queue/versions.hpp"

namespace pollux::queue {
namespace {

constexpr std::string_view remove_consumers_script = R"(
local removed = 0
for _, consumer in ipairs(redis.call('XINFO', 'CONSUMERS', KEYS[1], ARGV[1])) do
  local is = {}
  for i = 1, #consumer, 2 do is[consumer[i]] = consumer[i + 1] end
  if is.pending == 0 and (is.name == ARGV[2] or is.idle > tonumber(ARGV[3])) then
    redis.call('XGROUP', 'DELCONSUMER', KEYS[1], ARGV[1], is.name)
    removed = removed + 1
  end
end
return removed
)";

// Entries before all pending ones are not needed by any consumer. XTRIM deletes them by whole nodes of the
// stream, while XDEL searches its node for each entry. What is behind a pending entry, and the last one that
// was delivered, is left to XDEL. In portions, because Lua's stack holds 8000 values. Ids are compared as
// text: Lua's numbers have 53 bits.
constexpr std::string_view acknowledge_entries_script = R"(
for from = 2, #ARGV, 1000 do
  redis.call('XACK', KEYS[1], ARGV[1], unpack(ARGV, from, math.min(from + 999, #ARGV)))
end
local function needed_from()
  local pending = redis.pcall('XPENDING', KEYS[1], ARGV[1])
  if pending.err then return '0-0' end
  if pending[2] then return pending[2] end
  for _, group in ipairs(redis.call('XINFO', 'GROUPS', KEYS[1])) do
    local is = {}
    for i = 1, #group, 2 do is[group[i]] = group[i + 1] end
    if is.name == ARGV[1] then return is['last-delivered-id'] end
  end
  return '0-0'
end
local function less(a, b)
  if #a ~= #b then return #a < #b end
  return a < b
end
local floor = needed_from()
local floor_time, floor_sequence = string.match(floor, '(%d+)-(%d+)')
local function is_before_floor(id)
  local time, sequence = string.match(id, '(%d+)-(%d+)')
  if time ~= floor_time then return less(time, floor_time) end
  return less(sequence, floor_sequence)
end
local deleted = redis.call('XTRIM', KEYS[1], 'MINID', floor)
local rest = #ARGV + 1
while rest > 2 and not is_before_floor(ARGV[rest - 1]) do rest = rest - 1 end
for from = rest, #ARGV, 1000 do
  deleted = deleted + redis.call('XDEL', KEYS[1], unpack(ARGV, from, math.min(from + 999, #ARGV)))
end
return deleted
)";

// XAUTOCLAIM would scan entries that wait for a newer reader again and again; XPENDING queries one consumer
// at a time.
constexpr std::string_view claim_entries_script = R"(
local left = tonumber(ARGV[4])
local entries, deleted = {}, 0
local function claim(consumer, idle)
  local pending = redis.call('XPENDING', KEYS[1], ARGV[1], 'IDLE', idle, '-', '+', left, consumer)
  if #pending == 0 then return end
  local ids = {}
  for i, one in ipairs(pending) do ids[i] = one[1] end
  local there = {}
  for _, entry in ipairs(redis.call('XCLAIM', KEYS[1], ARGV[1], ARGV[2], 0, unpack(ids))) do
    if entry and entry[2] then
      there[entry[1]] = true
      entries[#entries + 1] = entry
    end
  end
  for _, id in ipairs(ids) do
    if not there[id] then
      redis.call('XACK', KEYS[1], ARGV[1], id)
      deleted = deleted + 1
    end
  end
  left = left - #ids
end
for _, consumer in ipairs(redis.call('XINFO', 'CONSUMERS', KEYS[1], ARGV[1])) do
  local is = {}
  for i = 1, #consumer, 2 do is[consumer[i]] = consumer[i + 1] end
  if is.pending > 0 and left > 0 then
    if string.sub(is.name, 1, #ARGV[5]) ~= ARGV[5] then
      claim(is.name, ARGV[3])
    elseif (tonumber(string.sub(is.name, #ARGV[5] + 1)) or math.huge) <= tonumber(ARGV[6]) then
      claim(is.name, 0)
    end
  end
end
return {left == 0 and 1 or 0, entries, deleted}
)";

}  // namespace

std::string stream_key(std::size_t shard) {
  return std::string(stream_prefix) + std::to_string(shard);
}

redis::Command claim_entries(const std::string& stream, const std::string& own,
                             std::chrono::milliseconds idle, std::size_t max, std::uint32_t newest_format) {
  return {"EVAL",
          std::string(claim_entries_script),
          "1",
          stream,
          std::string(consumer_group),
          own,
          std::to_string(idle.count()),
          std::to_string(max),
          std::string(newer_format_prefix),
          std::to_string(newest_format)};
}

redis::Command acknowledge_entries(const std::string& stream, std::span<const poll::Version> ids) {
  redis::Command command{"EVAL", std::string(acknowledge_entries_script), "1", stream,
                         std::string(consumer_group)};
  command.reserve(command.size() + ids.size());
  for (const poll::Version id : ids) command.push_back(entry_id_text(id));
  return command;
}

redis::Command keep_entries(const std::string& stream, std::span<const poll::Version> ids) {
  redis::Command command{"XACK", stream, std::string(consumer_group)};
  command.reserve(command.size() + ids.size());
  for (const poll::Version id : ids) command.push_back(entry_id_text(id));
  return command;
}

redis::Command leave_to_format(const std::string& stream, std::uint32_t format,
                               std::span<const poll::Version> ids) {
  redis::Command command{"XCLAIM", stream, std::string(consumer_group),
                         std::string(newer_format_prefix) + std::to_string(format), "0"};
  for (const poll::Version id : ids) command.push_back(entry_id_text(id));
  command.emplace_back("JUSTID");
  return command;
}

redis::Command return_entries(const std::string& stream, const std::string& own,
                              std::span<const poll::Version> ids) {
  constexpr std::chrono::milliseconds longest_reclaim = std::chrono::hours(24);
  redis::Command command{"XCLAIM", stream, std::string(consumer_group), own, "0"};
  for (const poll::Version id : ids) command.push_back(entry_id_text(id));
  command.insert(command.end(), {"IDLE", std::to_string(longest_reclaim.count()), "JUSTID"});
  return command;
}

redis::Command remove_consumers(const std::string& stream, std::string_view own,
                                std::chrono::milliseconds idle) {
  return {"EVAL",           std::string(remove_consumers_script), "1", stream, std::string(consumer_group),
          std::string(own), std::to_string(idle.count())};
}

}  // namespace pollux::queue
