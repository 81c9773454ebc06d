// A Redis server in memory that executes the commands and scripts of Pollux, one after the other. Everything
// else is an error of the simulation. redis_model_test.cpp compares it with a real server.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>

#include "redis/protocol.hpp"
#include "simulation/redis_data.hpp"

namespace pollux::simulation {

class RedisModel {
 public:
  // Unix time by the server's clock.
  using UnixTime = std::chrono::milliseconds;

  RedisModel();

  redis::Reply execute(const Words& command, UnixTime now);

  // The number of commands that were executed so far: the order of everything that happened here.
  std::uint64_t executed() const { return executed_; }

  // The replica has what was executed until now; fail_over() makes it the server.
  void replicate() {
    replica_ = data_;
    replicated_ = executed_;
  }
  std::uint64_t replicated() const { return replicated_; }
  void fail_over() { data_ = replica_; }

  RedisData& data() { return data_; }

 private:
  using Handler = redis::Reply (RedisModel::*)(const Words& command);

  redis::Reply run_script(const Words& command);

  // Plain commands.
  redis::Reply xadd(const Words& command);
  redis::Reply xreadgroup(const Words& command);
  redis::Reply xgroup(const Words& command);
  redis::Reply xpending(const Words& command);
  redis::Reply xclaim(const Words& command);
  redis::Reply xinfo(const Words& command);
  redis::Reply xlen(const Words& command);
  redis::Reply xrange(const Words& command);
  redis::Reply sadd(const Words& command);
  redis::Reply smembers(const Words& command);
  redis::Reply hset(const Words& command);
  redis::Reply hget(const Words& command);
  redis::Reply hdel(const Words& command);
  redis::Reply hkeys(const Words& command);
  redis::Reply zscore(const Words& command);
  redis::Reply set(const Words& command);
  redis::Reply get(const Words& command);
  redis::Reply time(const Words& command);
  redis::Reply info(const Words& command);

  // Scripts; the command is that of EVAL or EVALSHA.
  redis::Reply append_gated(const Words& command);
  redis::Reply append_once(const Words& command);
  redis::Reply set_gate(const Words& command);
  redis::Reply claim_entries(const Words& command);
  redis::Reply acknowledge_entries(const Words& command);
  redis::Reply remove_consumers(const Words& command);
  redis::Reply dead_letter_entries(const Words& command);
  redis::Reply publish_poll(const Words& command);
  redis::Reply end_reconciliation(const Words& command);

  std::string append(const std::string& key, Words fields);
  redis::Reply read_new(const Words& command, RedisGroup& group, const std::string& key, std::size_t count);
  redis::Reply read_pending(const Words& command, RedisGroup& group, const std::string& key,
                            std::size_t count, poll::Version after);

  std::map<std::string, Handler> commands_;
  std::map<std::string, Handler> scripts_;  // by text or SHA-1
  RedisData data_;
  RedisData replica_;
  UnixTime now_{0};
  std::uint64_t executed_ = 0;
  std::uint64_t replicated_ = 0;
};

}  // namespace pollux::simulation
