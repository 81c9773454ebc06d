// The hostile clients.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <latch>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace pollux::bench {

struct Attack {
  std::string name;
  std::string unit;                        // of `done`
  std::string bounded_by;                  // the limit on the server's memory, for people
  double bound_bytes = 0;                  // the same as a number; 0: no single number
  std::size_t buffered_bytes = 4'000'000;  // the server's limit for each client
  std::size_t threads = 1;                 // each runs `attack`
  struct Progress {
    std::latch begun;
    std::atomic<std::uint64_t> done = 0;
    std::atomic<std::uint64_t> broken = 0;  // connections that the server closed
    std::atomic<int> status = 0;            // of the last response
  };
  // Counts down `begun` when it is prepared, then runs until it is stopped.
  std::function<void(std::uint16_t port, Progress&, const std::stop_token&)> attack;
};

std::vector<Attack> attacks();

// Runs an attack until it is destroyed.
class RunningAttack {
 public:
  RunningAttack(const Attack& attack, std::uint16_t port);  // returns when the attack has begun

  const Attack::Progress& progress() const { return *progress_; }

 private:
  std::shared_ptr<Attack::Progress> progress_;
  std::vector<std::jthread> threads_;
};

}  // namespace pollux::bench
