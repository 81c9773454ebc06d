#include "queue/redis_recorded_votes.hpp"

#include <algorithm>

#include "queue/redis_stream_commands.hpp"
#include "queue/versions.hpp"

namespace pollux::queue {
namespace {

using Room = RedisRecordedEntries::Room;

// A mark for each of so many parts of the time; an entry may stay longer by one of them.
constexpr int max_marks = 256;

// Of maxmemory.
constexpr std::uint64_t part_of_little_room = 5;
constexpr std::uint64_t part_of_no_room = 4;

// All before the oldest entry that is pending or was not delivered is recorded, and if there is none, all
// that was delivered. `lag` is missing before Redis 7, and false if Redis does not know it. Ids are compared
// as text: Lua's numbers have 53 bits.
constexpr std::string_view survey_script = R"(
local length = redis.pcall('XLEN', KEYS[1])
if type(length) ~= 'number' then return length end
local function oldest_from(id)
  local entry = redis.call('XRANGE', KEYS[1], id, '+', 'COUNT', 1)[1]
  return entry and entry[1] or ''
end
local last, lag
local groups = redis.pcall('XINFO', 'GROUPS', KEYS[1])
if groups.err then groups = {} end
for _, group in ipairs(groups) do
  local is = {}
  for i = 1, #group, 2 do is[group[i]] = group[i + 1] end
  if is.name == ARGV[1] then last, lag = is['last-delivered-id'], is.lag end
end
if not last then return {length, 0, length, oldest_from('-'), '0-0', 1} end
local pending = redis.call('XPENDING', KEYS[1], ARGV[1])
local oldest = pending[2] or oldest_from('(' .. last)
local waiting = lag
if lag == nil then waiting = length - pending[1] end
if lag == false then waiting = #redis.call('XRANGE', KEYS[1], '(' .. last, '+', 'COUNT', 5000) end
local function less(a, b)
  if #a ~= #b then return #a < #b end
  return a < b
end
local function is_before(a, b)
  local a_time, a_sequence = string.match(a, '(%d+)-(%d+)')
  local b_time, b_sequence = string.match(b, '(%d+)-(%d+)')
  if a_time ~= b_time then return less(a_time, b_time) end
  return less(a_sequence, b_sequence)
end
local before = ARGV[2]
if oldest ~= '' and is_before(oldest, before) then before = oldest end
if before ~= '0-0' then length = length - redis.call('XTRIM', KEYS[1], 'MINID', before) end
return {length, pending[1], waiting, oldest, last, lag == nil and 0 or 1}
)";

Room room_in(const redis::Memory& memory) {
  const std::uint64_t max = memory.max_bytes.value_or(0);
  const std::uint64_t used = memory.used_bytes.value_or(0);
  if (max == 0 || used <= max / part_of_little_room) return Room::enough;
  return used <= max / part_of_no_room ? Room::little : Room::none;
}

}  // namespace

redis::Command survey_stream(const std::string& stream, poll::Version before) {
  return {"EVAL", std::string(survey_script),  "1",
          stream, std::string(consumer_group), entry_id_text(before)};
}

std::optional<RedisStreamSurvey> parse_survey(const redis::Reply& reply) {
  if (reply.elements.size() != 6) return std::nullopt;
  const std::uint64_t length = reply.elements[0].count();
  RedisStreamSurvey survey{.undelivered = reply.elements[2].count(),
                           .pending = reply.elements[1].count(),
                           .oldest = parse_entry_id(reply.elements[3].text),
                           .recorded_before = {},
                           .knows_lag = reply.elements[5].count() != 0};
  const auto last_delivered = parse_entry_id(reply.elements[4].text).value_or(poll::Version{});
  survey.recorded_before =
      survey.oldest.value_or(poll::Version{last_delivered.time, last_delivered.sequence + 1});
  survey.recorded = length - std::min(length, survey.undelivered + survey.pending);
  return survey;
}

void RedisRecordedEntries::take(Time now, const RedisStreamSurvey& survey, const Bounds& bounds, Room room) {
  // Redis has lost the stream, and this is another one.
  if (!marks_.empty() && survey.recorded_before < marks_.back().recorded_before) *this = {};
  if (marks_.empty() || now - marks_.back().at >= bounds.keep / max_marks)
    marks_.push_back({now, survey.recorded_before});
  const auto expired = [&](const Mark& mark) { return now - mark.at >= bounds.keep; };
  forget(static_cast<std::size_t>(std::ranges::find_if_not(marks_, expired) - marks_.begin()));
  if (room == Room::none) {
    deletable_before_ = survey.recorded_before;
    marks_.clear();
  } else if (room == Room::little || survey.recorded > bounds.max_entries) {
    forget((marks_.size() + 1) / 2);
  }
}

void RedisRecordedEntries::forget(std::size_t marks) {
  for (; marks > 0; --marks) {
    deletable_before_ = marks_.front().recorded_before;
    marks_.pop_front();
  }
}

redis::Command RedisRecordedVotes::survey(const std::string& stream) const {
  const auto known = streams_.find(stream);
  return survey_stream(stream, known == streams_.end() ? poll::Version{} : known->second.deletable_before());
}

void RedisRecordedVotes::take(const std::string& stream, Time now, const RedisStreamSurvey& survey) {
  knows_lag_ = survey.knows_lag;
  streams_[stream].take(now, survey, bounds_, knows_lag_ ? room_ : Room::none);
}

void RedisRecordedVotes::take(const redis::Memory& memory) {
  room_ = room_in(memory);
}

}  // namespace pollux::queue
