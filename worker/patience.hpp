// Says on standard error what a command waits for, once that takes a second, and again every ten.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>

#include "store/postgres_options.hpp"

namespace pollux::worker {

class Patience {
 public:
  // What it is given is the end of "Waiting …"; an empty text means that nothing is waited for. Any thread.
  store::PostgresProgress progress();

 private:
  using Clock = std::chrono::steady_clock;
  static constexpr std::chrono::seconds first{1};
  static constexpr std::chrono::seconds further{10};

  void run(const std::stop_token& stop);

  std::mutex mutex_;  // guards what follows
  std::condition_variable_any changed_;
  std::string what_;
  Clock::time_point since_ = Clock::now();
  std::jthread thread_{[this](const std::stop_token& stop) { run(stop); }};  // last: it uses what is above
};

}  // namespace pollux::worker
