// A client: a connection that sends one vote after the other.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "seed-data/connection.hpp"
#include "seed-data/options.hpp"
#include "seed-data/outcomes.hpp"
#include "seed-data/vote_page.hpp"
#include "seed-data/vote_plan.hpp"

namespace pollux::seed {

// The message of the last error. Any thread.
class LastError {
 public:
  void set(std::string message) {
    const std::lock_guard lock(mutex_);
    message_ = std::move(message);
  }
  std::string text() const {
    const std::lock_guard lock(mutex_);
    return message_;
  }

 private:
  mutable std::mutex mutex_;
  std::string message_;
};

// The state shared by all clients of a run; outlives them.
struct Run {
  const Options& options;
  VotePlan plan;
  Requests requests;
  Schedule schedule;
  LastError last_error;
  std::function<void()> stop;  // ends the run early; any thread
};

// The state of the clients of one io thread. Only the atomics may be read by other threads.
struct Shard {
  explicit Shard(std::size_t options) : outcomes(options) {}

  Outcomes outcomes;
  bool stopping = false;
  std::uint64_t unanswered = 0;             // votes in flight
  std::atomic<std::uint64_t> accepted = 0;  // for the display
  std::atomic<std::size_t> waiting = 0;     // votes waiting for a retry
};

class Client {
 public:
  Client(boost::asio::io_context& context, Run& run, Shard& shard);

  // Waits for the page. False after `deadline` or if the run was stopped.
  boost::asio::awaitable<bool> find_service(Clock::time_point deadline);

  // Sends votes of the schedule until none are left or the run is stopped.
  boost::asio::awaitable<void> vote_until_done();

  // Interrupts a wait, so that the client sees Shard::stopping. A request in flight is completed.
  void wake() { timer_.cancel(); }
  void sweep(Clock::time_point now) { connection_.sweep(now); }

 private:
  // The outcome of a request with its retries.
  struct Delivery {
    std::optional<Response> response;  // final; none: given up or stopped
    bool uncertain = false;            // an attempt got no response
  };

  boost::asio::awaitable<void> deliver(Schedule::Turn turn);
  boost::asio::awaitable<std::optional<std::string>> new_voter();
  boost::asio::awaitable<Delivery> send_with_retries(std::string_view request, Method method);
  boost::asio::awaitable<Result<Response>> attempt(std::string_view request, Method method,
                                                   Delivery& delivery);
  boost::asio::awaitable<void> wait_before_retry(std::chrono::milliseconds pause);
  boost::asio::awaitable<void> sleep_until(Clock::time_point time);
  void count(const Delivery& delivery, std::size_t option, Clock::time_point since);

  Run& run_;
  Shard& shard_;
  Connection connection_;
  boost::asio::steady_timer timer_;
  std::uint32_t seed_;  // for backoff
  std::string request_;
};

}  // namespace pollux::seed
