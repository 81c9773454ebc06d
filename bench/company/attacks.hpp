// What hostile clients do, each as one thread of the attack does it.
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
  std::string bounded_by;                  // what bounds the server's memory under it
  double bound_bytes = 0;                  // that bound where it is one number, otherwise 0
  std::size_t buffered_bytes = 4'000'000;  // of the server, for each client
  std::size_t threads = 1;                 // each a closed loop of its own
  // Counts down `begun` when it has prepared itself, then goes on until told to stop.
  struct Progress {
    std::latch begun;
    std::atomic<std::uint64_t> done = 0;
    std::atomic<std::uint64_t> broken = 0;  // connections that the server closed
    std::atomic<int> status = 0;            // of the newest answer
  };
  std::function<void(std::uint16_t port, Progress&, const std::stop_token&)> attack;
};

std::vector<Attack> attacks();

// An attack that goes on.
class AttackUnderWay {
 public:
  AttackUnderWay(const Attack& attack, std::uint16_t port);  // returns when it has begun

  const Attack::Progress& progress() const { return *progress_; }

 private:
  std::shared_ptr<Attack::Progress> progress_;
  std::vector<std::jthread> threads_;
};

}  // namespace pollux::bench
