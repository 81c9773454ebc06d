// A connection of a process to the simulated Redis, which faults cut before, within and after commands.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "redis/client.hpp"
#include "simulation/process.hpp"

namespace pollux::simulation {

class RedisLink : public redis::Client {
 public:
  explicit RedisLink(Process& process) : process_(process), world_(process.world()) {}

  Result<void> send(const std::vector<redis::Command>& commands) override;
  using Client::receive;
  Result<std::vector<redis::Reply>> receive(milliseconds extra_wait) override;
  bool connected() const override { return connected_ && process_.is_alive(); }
  void disconnect() override;
  const redis::Url& url() const override { return url_; }

 private:
  bool is_cut() const { return !world_.redis_is_up() || start_ != world_.redis_start(); }
  Error lost();
  void leave_commands_on_the_way();
  void execute(std::size_t end);
  redis::Reply answer(const redis::Command& command);
  void note_claim(const redis::Command& command);

  Process& process_;
  World& world_;
  const redis::Url url_{};
  bool connected_ = false;
  std::uint64_t start_ = 0;  // of the server to which it is connected
  std::vector<redis::Command> commands_;
  std::vector<redis::Reply> replies_;  // of the commands that were executed
};

}  // namespace pollux::simulation
