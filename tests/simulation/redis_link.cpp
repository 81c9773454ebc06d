#include "simulation/redis_link.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>

#include "queue/redis_stream_commands.hpp"
#include "simulation/redis_replies.hpp"

namespace pollux::simulation {
namespace {

constexpr milliseconds connect_limit{50};

bool is_write(const redis::Command& command) {
  constexpr std::array<std::string_view, 11> reads{"INFO",  "TIME",     "XLEN", "XRANGE", "GET",   "XPENDING",
                                                   "XINFO", "SMEMBERS", "HGET", "HKEYS",  "ZSCORE"};
  return std::ranges::find(reads, command[0]) == reads.end();
}

}  // namespace

Result<void> RedisLink::send(const std::vector<redis::Command>& commands) {
  if (!process_.is_alive()) return lost();
  if (!connected_) {
    if (!world_.redis_is_up()) {
      world_.took(Branch::redis_refused);
      process_.spend(connect_limit);
      return lost();
    }
    connected_ = true;
    start_ = world_.redis_start();
  }
  commands_ = commands;
  replies_.clear();
  if (is_cut()) return lost();
  if (world_.strikes(Branch::killed_in_a_call, process_.name())) {
    leave_commands_on_the_way();
    process_.kill();
    return lost();
  }
  if (world_.strikes(Branch::connection_cut_before, process_.name())) {
    leave_commands_on_the_way();
    return lost();
  }
  // Otherwise they are executed when the replies are asked for, after what else happens meanwhile.
  if (world_.random.chance(500)) execute(commands_.size());
  return {};
}

Result<std::vector<redis::Reply>> RedisLink::receive(milliseconds /*extra_wait*/) {
  if (!process_.is_alive()) return lost();
  process_.spend(world_.random.between(milliseconds(0), milliseconds(2)));
  world_.agenda.deliver_until(process_.now());
  if (!process_.is_alive() || is_cut()) return lost();
  if (!commands_.empty() && world_.strikes(Branch::connection_cut_within, process_.name())) {
    execute(world_.random.below(commands_.size()));
    return lost();
  }
  execute(commands_.size());
  process_.risk(Branch::killed_in_a_call);
  if (!process_.is_alive() || world_.strikes(Branch::connection_cut_after, process_.name())) return lost();
  commands_.clear();
  return std::exchange(replies_, {});
}

void RedisLink::execute(std::size_t end) {
  while (replies_.size() < end) replies_.push_back(answer(commands_[replies_.size()]));
}

redis::Reply RedisLink::answer(const redis::Command& command) {
  if (is_write(command) && world_.strikes(Branch::redis_rejected, process_.name())) {
    return error(world_.random.chance(500) ? "OOM command not allowed when used memory > 'maxmemory'."
                                           : "READONLY You can't write against a read only replica.");
  }
  if (command[0] == "XCLAIM") note_claim(command);
  redis::Reply reply = world_.execute(command);
  const auto block = std::ranges::find(command, "BLOCK");
  // As if nothing had come until the read ended.
  if (block != command.end() && reply.kind == redis::Reply::Kind::nil)
    process_.spend(milliseconds(std::stoll(*(block + 1))));
  return reply;
}

// Redis may read them later, when the process is dead or has another connection.
void RedisLink::leave_commands_on_the_way() {
  if (!world_.random.chance(500)) return;
  world_.took(Branch::commands_late);
  world_.agenda.after(world_.random.between(milliseconds(1), milliseconds(200)), Agenda::Kind::message,
                      [&world = world_, commands = commands_, start = start_] {
                        if (start != world.redis_start()) return;
                        for (const redis::Command& command : commands) (void)world.execute(command);
                      });
}

void RedisLink::note_claim(const redis::Command& command) {
  if (!command[3].starts_with(queue::newer_format_prefix)) return world_.took(Branch::votes_given_back);
  world_.took(Branch::newer_format_left);
  if (command[3].ends_with(":3")) world_.note_newer_format_left();
}

Error RedisLink::lost() {
  disconnect();
  return unavailable("The connection to Redis is lost.");
}

void RedisLink::disconnect() {
  connected_ = false;
  commands_.clear();
  replies_.clear();
}

}  // namespace pollux::simulation
