#include "simulation/redis_model.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "queue/versions.hpp"
#include "simulation/redis_replies.hpp"

namespace pollux::simulation {

using redis::Reply;

namespace {

poll::Version parse_id(const std::string& text) {
  return text == "0" ? poll::Version{} : queue::parse_entry_id(text).value();
}

}  // namespace

std::size_t RedisGroup::pending_of(const std::string& consumer) const {
  return static_cast<std::size_t>(
      std::ranges::count_if(pending, [&](const auto& one) { return one.second.consumer == consumer; }));
}

RedisGroup* RedisStream::group(const std::string& name) {
  const auto found = groups.find(name);
  return found == groups.end() ? nullptr : &found->second;
}

RedisStream* RedisData::stream(const std::string& key) {
  const auto found = streams.find(key);
  return found == streams.end() ? nullptr : &found->second;
}

const std::string* RedisData::field(const std::string& key, const std::string& name) const {
  const auto hash = hashes.find(key);
  if (hash == hashes.end()) return nullptr;
  const auto found = hash->second.find(name);
  return found == hash->second.end() ? nullptr : &found->second;
}

Reply RedisModel::execute(const Words& command, UnixTime now) {
  now_ = now;
  ++executed_;
  if (command[0] == "EVAL" || command[0] == "EVALSHA") return run_script(command);
  const auto known = commands_.find(command[0]);
  if (known == commands_.end())
    throw std::logic_error("The simulated Redis does not know the command " + command[0] + ".");
  return (this->*known->second)(command);
}

Reply RedisModel::run_script(const Words& command) {
  const auto known = scripts_.find(command[1]);
  if (known == scripts_.end())
    throw std::logic_error("The simulated Redis does not know this script: " + command[1]);
  return (this->*known->second)(command);
}

std::string RedisModel::append(const std::string& key, Words fields) {
  RedisStream& stream = data_.streams[key];
  const poll::Version by_clock{static_cast<std::uint64_t>(now_.count()), 0};
  const poll::Version next{stream.last_id.time, stream.last_id.sequence + 1};
  stream.last_id = by_clock > stream.last_id ? by_clock : next;
  stream.entries[stream.last_id] = std::move(fields);
  return queue::entry_id_text(stream.last_id);
}

// XADD key * name value …
Reply RedisModel::xadd(const Words& command) {
  return text(append(command[1], Words(command.begin() + 3, command.end())));
}

// XREADGROUP GROUP group consumer COUNT n [BLOCK ms] STREAMS key … id …
Reply RedisModel::xreadgroup(const Words& command) {
  const std::size_t count = std::stoul(command[5]);
  const auto streams = std::ranges::find(command, "STREAMS") - command.begin() + 1;
  const auto keys =
      (static_cast<std::size_t>(command.end() - command.begin()) - static_cast<std::size_t>(streams)) / 2;
  std::vector<Reply> replies;
  for (std::size_t n = 0; n < keys; ++n) {
    const std::string& key = command[static_cast<std::size_t>(streams) + n];
    RedisStream* const stream = data_.stream(key);
    if (stream == nullptr || stream->group(command[2]) == nullptr)
      return error("NOGROUP No such key '" + key + "' or consumer group '" + command[2] +
                   "' in XREADGROUP with GROUP option");
  }
  for (std::size_t n = 0; n < keys; ++n) {
    const std::string& key = command[static_cast<std::size_t>(streams) + n];
    const std::string& after = command[static_cast<std::size_t>(streams) + keys + n];
    RedisGroup& group = *data_.stream(key)->group(command[2]);
    group.consumers[command[3]] = now_;
    Reply read = after == ">" ? read_new(command, group, key, count)
                              : read_pending(command, group, key, count, parse_id(after));
    if (after != ">" || !read.elements.empty()) replies.push_back(array({text(key), std::move(read)}));
  }
  return replies.empty() ? nil() : array(std::move(replies));
}

Reply RedisModel::read_new(const Words& command, RedisGroup& group, const std::string& key,
                           std::size_t count) {
  std::vector<Reply> entries;
  RedisStream& stream = *data_.stream(key);
  for (auto next = stream.entries.upper_bound(group.last_delivered);
       next != stream.entries.end() && entries.size() < count; ++next) {
    group.last_delivered = next->first;
    group.pending[next->first] = {.consumer = command[3], .delivered_at = now_};
    entries.push_back(entry(next->first, &next->second));
  }
  return array(std::move(entries));
}

Reply RedisModel::read_pending(const Words& command, RedisGroup& group, const std::string& key,
                               std::size_t count, poll::Version after) {
  std::vector<Reply> entries;
  RedisStream& stream = *data_.stream(key);
  for (auto next = group.pending.upper_bound(after); next != group.pending.end() && entries.size() < count;
       ++next) {
    if (next->second.consumer != command[3]) continue;
    const auto there = stream.entries.find(next->first);
    entries.push_back(entry(next->first, there == stream.entries.end() ? nullptr : &there->second));
    if (there != stream.entries.end()) next->second.delivered_at = now_;
  }
  return array(std::move(entries));
}

// XGROUP CREATE key group 0 MKSTREAM
Reply RedisModel::xgroup(const Words& command) {
  RedisStream& stream = data_.streams[command[2]];
  if (stream.group(command[3]) != nullptr) return error("BUSYGROUP Consumer Group name already exists");
  stream.groups[command[3]] = {};
  return text("OK");
}

// XPENDING key group
Reply RedisModel::xpending(const Words& command) {
  RedisStream* const stream = data_.stream(command[1]);
  RedisGroup* const group = stream == nullptr ? nullptr : stream->group(command[2]);
  if (group == nullptr) return no_group(command[1], command[2]);
  if (group->pending.empty()) return array({number(0), nil(), nil(), nil()});
  std::vector<Reply> consumers;
  for (const auto& [name, seen] : group->consumers) {
    if (const std::size_t pending = group->pending_of(name); pending > 0)
      consumers.push_back(texts({name, std::to_string(pending)}));
  }
  return array({number(group->pending.size()), text(queue::entry_id_text(group->pending.begin()->first)),
                text(queue::entry_id_text(group->pending.rbegin()->first)), array(std::move(consumers))});
}

// XCLAIM key group consumer 0 id … [IDLE ms] JUSTID
Reply RedisModel::xclaim(const Words& command) {
  RedisStream* const stream = data_.stream(command[1]);
  RedisGroup* const group = stream == nullptr ? nullptr : stream->group(command[2]);
  if (group == nullptr) return no_group(command[1], command[2]);
  UnixTime idle{0};
  Words claimed;
  if (const auto word = std::ranges::find(command, "IDLE"); word != command.end())
    idle = UnixTime(std::stoll(*(word + 1)));
  for (std::size_t n = 5; n < command.size() && command[n] != "IDLE" && command[n] != "JUSTID"; ++n) {
    const poll::Version id = parse_id(command[n]);
    const auto pending = group->pending.find(id);
    if (pending == group->pending.end()) continue;
    if (!stream->entries.contains(id)) {
      group->pending.erase(pending);
      continue;
    }
    group->consumers[command[3]] = now_;
    pending->second = {.consumer = command[3], .delivered_at = now_ - idle};
    claimed.push_back(command[n]);
  }
  return texts(claimed);
}

// XINFO CONSUMERS key group
Reply RedisModel::xinfo(const Words& command) {
  RedisStream* const stream = data_.stream(command[2]);
  if (stream == nullptr) return error("ERR no such key");
  RedisGroup* const group = stream->group(command[3]);
  if (group == nullptr)
    return error("NOGROUP No such consumer group '" + command[3] + "' for key name '" + command[2] + "'");
  std::vector<Reply> consumers;
  for (const auto& [name, seen] : group->consumers) {
    consumers.push_back(
        array({text("name"), text(name), text("pending"), number(group->pending_of(name)), text("idle"),
               number(static_cast<std::size_t>(std::max(now_ - seen, UnixTime(0)).count()))}));
  }
  return array(std::move(consumers));
}

Reply RedisModel::xlen(const Words& command) {
  RedisStream* const stream = data_.stream(command[1]);
  return number(stream == nullptr ? 0 : stream->entries.size());
}

// XRANGE key - + COUNT 1
Reply RedisModel::xrange(const Words& command) {
  RedisStream* const stream = data_.stream(command[1]);
  if (stream == nullptr || stream->entries.empty()) return array({});
  const auto& [id, fields] = *stream->entries.begin();
  return array({entry(id, &fields)});
}

Reply RedisModel::sadd(const Words& command) {
  std::set<std::string>& members = data_.sets[command[1]];
  const std::size_t before = members.size();
  members.insert(command.begin() + 2, command.end());
  return number(members.size() - before);
}

Reply RedisModel::smembers(const Words& command) {
  const std::set<std::string>& members = data_.sets[command[1]];
  return texts({members.begin(), members.end()});
}

Reply RedisModel::hset(const Words& command) {
  return number(data_.hashes[command[1]].insert_or_assign(command[2], command[3]).second ? 1 : 0);
}

Reply RedisModel::hget(const Words& command) {
  const std::string* const field = data_.field(command[1], command[2]);
  return field == nullptr ? nil() : text(*field);
}

Reply RedisModel::hdel(const Words& command) {
  return number(data_.hashes[command[1]].erase(command[2]));
}

Reply RedisModel::hkeys(const Words& command) {
  Words keys;
  for (const auto& [name, value] : data_.hashes[command[1]]) keys.push_back(name);
  return texts(keys);
}

// ZSCORE key member, of a poll that was withdrawn: no history has one.
Reply RedisModel::zscore(const Words& /*command*/) {
  return nil();
}

// SET key value EX seconds; no history lasts long enough for the key to expire.
Reply RedisModel::set(const Words& command) {
  data_.strings[command[1]] = command[2];
  return text("OK");
}

Reply RedisModel::get(const Words& command) {
  const auto there = data_.strings.find(command[1]);
  return there == data_.strings.end() ? nil() : text(there->second);
}

Reply RedisModel::time(const Words& /*command*/) {
  return texts({std::to_string(now_.count() / 1000), std::to_string(now_.count() % 1000 * 1000)});
}

Reply RedisModel::info(const Words& /*command*/) {
  return text("# Memory\r\nused_memory:1000000\r\nmaxmemory:0\r\nmaxmemory_policy:noeviction\r\n");
}

}  // namespace pollux::simulation
