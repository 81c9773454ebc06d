// The scripts of Pollux as the simulated Redis executes them. redis_model_test.cpp shows that they do what
// Redis does with the text of the scripts.
#include <algorithm>
#include <charconv>
#include <string_view>
#include <utility>

#include "directory/redis_poll_commands.hpp"
#include "queue/redis_dead_letters.hpp"
#include "queue/redis_stream_commands.hpp"
#include "queue/redis_vote_gates.hpp"
#include "queue/versions.hpp"
#include "simulation/polls.hpp"
#include "simulation/redis_model.hpp"
#include "simulation/redis_replies.hpp"

namespace pollux::simulation {

using redis::Reply;

namespace {

poll::Version id_of(const std::string& text) {
  return queue::parse_entry_id(text).value();
}

// KEYS[n] and ARGV[n], counted from 1.
const std::string& key_of(const Words& command, std::size_t n) {
  return command[2 + n];
}
const std::string& argument_of(const Words& command, std::size_t n) {
  return command[2 + std::stoul(command[2]) + n];
}
std::size_t arguments_of(const Words& command) {
  return command.size() - 3 - std::stoul(command[2]);
}
Words arguments_from(const Words& command, std::size_t n) {
  return {command.end() - static_cast<std::ptrdiff_t>(arguments_of(command) + 1 - n), command.end()};
}

std::uint64_t leading_number(std::string_view text) {
  std::uint64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

Reply text_or_nil(const std::string* value) {
  return value == nullptr ? nil() : text(*value);
}

}  // namespace

RedisModel::RedisModel()
    : commands_{{"XADD", &RedisModel::xadd},     {"XREADGROUP", &RedisModel::xreadgroup},
                {"XGROUP", &RedisModel::xgroup}, {"XPENDING", &RedisModel::xpending},
                {"XCLAIM", &RedisModel::xclaim}, {"XINFO", &RedisModel::xinfo},
                {"XLEN", &RedisModel::xlen},     {"XRANGE", &RedisModel::xrange},
                {"SADD", &RedisModel::sadd},     {"SMEMBERS", &RedisModel::smembers},
                {"HSET", &RedisModel::hset},     {"HGET", &RedisModel::hget},
                {"HDEL", &RedisModel::hdel},     {"HKEYS", &RedisModel::hkeys},
                {"ZSCORE", &RedisModel::zscore}, {"SET", &RedisModel::set},
                {"GET", &RedisModel::get},       {"TIME", &RedisModel::time},
                {"INFO", &RedisModel::info}},
      scripts_{{std::string(queue::gated_append_sha), &RedisModel::append_gated},
               {std::string(queue::once_append_sha), &RedisModel::append_once},
               {queue::set_gate({.poll = poll::PollId::parse("any").value()})[1], &RedisModel::set_gate},
               {queue::claim_entries("", "", UnixTime(0), 1, 1)[1], &RedisModel::claim_entries},
               {queue::acknowledge_entries("", {})[1], &RedisModel::acknowledge_entries},
               {queue::remove_consumers("", "", UnixTime(0))[1], &RedisModel::remove_consumers},
               {queue::dead_letter_entries("", {}, 1)[1], &RedisModel::dead_letter_entries},
               {directory::publish_poll(example_poll())[1], &RedisModel::publish_poll},
               {directory::end_reconciliation("", "")[1], &RedisModel::end_reconciliation}} {}

Reply RedisModel::append_gated(const Words& command) {
  const std::string* const gate = data_.field(key_of(command, 2), argument_of(command, 1));
  const std::string& open = argument_of(command, 2);
  if (gate == nullptr || !gate->starts_with(open)) return array({text_or_nil(gate), text(open)});
  return text(append(key_of(command, 1), arguments_from(command, 3)));
}

Reply RedisModel::append_once(const Words& command) {
  const std::string* const gate = data_.field(key_of(command, 2), argument_of(command, 1));
  const std::string& open = argument_of(command, 2);
  if (gate == nullptr || !gate->starts_with(open)) return array({text_or_nil(gate), text(open)});
  const std::string& voter = argument_of(command, 3);
  const std::string& selection = argument_of(command, 4);
  const std::string* const first = data_.field(key_of(command, 3), voter);
  if (first != nullptr && *first != selection) return array({text(*gate), text(open), text(*first)});
  Reply id = text(append(key_of(command, 1), arguments_from(command, 5)));
  data_.hashes[key_of(command, 3)].try_emplace(voter, selection);
  return id;
}

Reply RedisModel::set_gate(const Words& command) {
  const std::string* const gate = data_.field(key_of(command, 1), argument_of(command, 1));
  if (gate != nullptr) {
    if (*gate == argument_of(command, 2)) return number(1);
    const std::string_view revision = std::string_view(*gate).substr(gate->rfind(' ') + 1);
    if (leading_number(revision) >= leading_number(argument_of(command, 3))) return text(*gate);
  }
  data_.hashes[key_of(command, 1)][argument_of(command, 1)] = argument_of(command, 2);
  return number(1);
}

Reply RedisModel::claim_entries(const Words& command) {
  const std::string& key = key_of(command, 1);
  RedisStream* const stream = data_.stream(key);
  if (stream == nullptr) return error("ERR no such key");
  RedisGroup* const group = stream->group(argument_of(command, 1));
  if (group == nullptr) return no_group(key, argument_of(command, 1));
  const std::string& own = argument_of(command, 2);
  const UnixTime reclaim_after(std::stoll(argument_of(command, 3)));
  const std::string& prefix = argument_of(command, 5);
  const std::uint64_t newest_format = std::stoull(argument_of(command, 6));
  std::size_t left = std::stoul(argument_of(command, 4));
  std::size_t deleted = 0;
  std::vector<Reply> entries;
  // The script asks once who has something pending; what it claims on the way does not change that.
  Words holders;
  for (const auto& [name, seen] : group->consumers) {
    if (group->pending_of(name) > 0) holders.push_back(name);
  }
  for (const std::string& name : holders) {
    UnixTime idle = reclaim_after;
    if (name.starts_with(prefix)) {
      if (leading_number(std::string_view(name).substr(prefix.size())) > newest_format) continue;
      idle = UnixTime(0);
    }
    for (auto one = group->pending.begin(); one != group->pending.end() && left > 0;) {
      const auto pending = one++;
      if (pending->second.consumer != name || now_ - pending->second.delivered_at < idle) continue;
      --left;
      const auto there = stream->entries.find(pending->first);
      if (there == stream->entries.end()) {
        group->pending.erase(pending);
        ++deleted;
        continue;
      }
      group->consumers[own] = now_;
      pending->second = {.consumer = own, .delivered_at = now_};
      entries.push_back(entry(there->first, &there->second));
    }
  }
  return array({number(left == 0 ? 1 : 0), array(std::move(entries)), number(deleted)});
}

Reply RedisModel::acknowledge_entries(const Words& command) {
  RedisStream* const stream = data_.stream(key_of(command, 1));
  if (stream == nullptr) return number(0);
  RedisGroup* const group = stream->group(argument_of(command, 1));
  poll::Version floor;
  if (group != nullptr) {
    for (std::size_t n = 2; n <= arguments_of(command); ++n)
      group->pending.erase(id_of(argument_of(command, n)));
    floor = group->pending.empty() ? group->last_delivered : group->pending.begin()->first;
  }
  std::size_t deleted = std::erase_if(stream->entries, [&](const auto& one) { return one.first < floor; });
  for (std::size_t n = 2; n <= arguments_of(command); ++n)
    deleted += stream->entries.erase(id_of(argument_of(command, n)));
  return number(deleted);
}

Reply RedisModel::remove_consumers(const Words& command) {
  RedisStream* const stream = data_.stream(key_of(command, 1));
  if (stream == nullptr) return error("ERR no such key");
  RedisGroup* const group = stream->group(argument_of(command, 1));
  if (group == nullptr) return no_group(key_of(command, 1), argument_of(command, 1));
  const UnixTime longest(std::stoll(argument_of(command, 3)));
  return number(std::erase_if(group->consumers, [&](const auto& consumer) {
    const auto& [name, seen] = consumer;
    return group->pending_of(name) == 0 && (name == argument_of(command, 2) || now_ - seen > longest);
  }));
}

// Without the bound of the dead letters, which no history reaches.
Reply RedisModel::dead_letter_entries(const Words& command) {
  RedisStream& stream = data_.streams[key_of(command, 1)];
  RedisGroup* const group = stream.group(argument_of(command, 1));
  std::size_t copied = 0;
  for (std::size_t n = 3; n + 1 <= arguments_of(command); n += 2) {
    const std::string& id = argument_of(command, n);
    if (auto there = stream.entries.extract(id_of(id)); !there.empty()) {
      Words fields{"reason", argument_of(command, n + 1), "stream", key_of(command, 1), "id", id};
      fields.insert(fields.end(), there.mapped().begin(), there.mapped().end());
      append(key_of(command, 2), std::move(fields));
      ++copied;
    }
    if (group != nullptr) group->pending.erase(id_of(id));
  }
  return array({number(copied), number(0)});
}

// Without withdrawals, which no history has.
Reply RedisModel::publish_poll(const Words& command) {
  const std::string& id = argument_of(command, 1);
  const std::string* const there = data_.field(key_of(command, 1), id);
  const std::string field = argument_of(command, 2) + " " + argument_of(command, 3);
  if (there != nullptr && *there == field) return number(0);
  if (there != nullptr && leading_number(*there) >= leading_number(field)) return text(*there);
  data_.hashes[key_of(command, 1)][id] = field;
  return number(1);
}

Reply RedisModel::end_reconciliation(const Words& command) {
  if (data_.strings.erase(key_of(command, 2)) == 0) return nil();
  const auto token = data_.strings.try_emplace(key_of(command, 1), argument_of(command, 1)).first;
  return text(token->second);
}

}  // namespace pollux::simulation
