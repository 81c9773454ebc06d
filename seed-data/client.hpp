// One client: a connection that sends one vote after the other.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <random>
#include <string>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "seed-data/connection.hpp"
#include "seed-data/options.hpp"
#include "seed-data/outcomes.hpp"
#include "seed-data/requests.hpp"
#include "seed-data/schedule.hpp"
#include "seed-data/vote_plan.hpp"

namespace pollux::seed {

// The last thing that went wrong, from any thread to any thread.
class Trouble {
 public:
  void set(std::string sentence) {
    const std::lock_guard lock(mutex_);
    sentence_ = std::move(sentence);
  }
  std::string text() const {
    const std::lock_guard lock(mutex_);
    return sentence_;
  }

 private:
  mutable std::mutex mutex_;
  std::string sentence_;
};

// What all clients of a run have in common; outlives them.
struct Run {
  const Options& options;
  VotePlan plan;
  Requests requests;
  Schedule schedule;
  Trouble trouble;
  std::function<void()> stop;  // ends the run before its time; any thread
};

// What the clients of one io thread have in common. All but the atomics is that thread's.
struct Shard {
  explicit Shard(std::size_t options) : outcomes(options) {}

  Outcomes outcomes;
  bool stopping = false;
  std::uint64_t unanswered = 0;             // votes that were sent and have no answer yet
  std::atomic<std::uint64_t> accepted = 0;  // for the display
  std::atomic<std::size_t> waiting = 0;     // votes that will be sent again
};

class Client {
 public:
  Client(boost::asio::io_context& context, Run& run, Shard& shard);

  // Waits until the page is there: true; false where `deadline` is over or the run was stopped.
  boost::asio::awaitable<bool> find_service(Clock::time_point deadline);

  // Takes votes from the schedule until there are none or the run is stopped.
  boost::asio::awaitable<void> vote_until_done();

  // Ends waiting, so that it sees Shard::stopping. A request that is under way is finished.
  void wake() { timer_.cancel(); }
  void sweep(Clock::time_point now) { connection_.sweep(now); }

 private:
  // How a request ended that was tried again and again.
  struct Ending {
    std::optional<Answer> answer;  // one that will not change; nothing: given up or stopped
    bool uncertain = false;        // an attempt was left without an answer
  };

  boost::asio::awaitable<void> deliver(Schedule::Turn turn);
  boost::asio::awaitable<std::optional<std::string>> new_voter();
  boost::asio::awaitable<Ending> insist(std::string_view request, Method method);
  boost::asio::awaitable<Result<Answer>> attempt(std::string_view request, Method method, Ending& ending);
  boost::asio::awaitable<void> wait_to_try_again(unsigned failures,
                                                 std::optional<std::chrono::seconds> asked);
  boost::asio::awaitable<void> sleep_until(Clock::time_point time);
  void count(const Ending& ending, std::size_t option, Clock::time_point since);

  Run& run_;
  Shard& shard_;
  Connection connection_;
  boost::asio::steady_timer timer_;
  std::minstd_rand random_;
  std::string request_;
};

}  // namespace pollux::seed
