// From the queue to the store: receives batches of votes, records them and acknowledges them, on a thread of
// its own.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <mutex>
#include <span>
#include <thread>
#include <vector>

#include "base/threads.hpp"
#include "poll/vote_queue.hpp"
#include "poll/vote_store.hpp"

namespace pollux::worker {

// Starts with its construction. The queue and the store must outlive it; it is the only one that receives
// from the queue and records in the store.
class Worker {
 public:
  struct Options {
    std::size_t max_batch = 2000;                 // votes in one transaction
    std::chrono::milliseconds receive_wait{200};  // how long one receive waits for votes
    // How often a batch is tried before it is released. After a batch that was released each is tried once,
    // until one is recorded: voters who wait behind it soon learn of the outage.
    int attempts = 5;
    // Pauses after failures: the first, then twice as long each, up to the longest.
    std::chrono::milliseconds first_pause{20};
    std::chrono::milliseconds longest_pause{250};
    // Between two questions whether the store can record again, after it could not and while no votes come.
    std::chrono::milliseconds probe_period{500};
  };

  // Told of what happens; each may be empty. Called on the worker's thread: they must not block for long, not
  // throw and not stop the worker.
  struct Events {
    // The new tallies of the polls whose counts changed, just before the votes are acknowledged.
    std::function<void(const std::vector<poll::Tally>&)> counted;
    // A batch was recorded: its votes and the time that the store took.
    std::function<void(std::size_t votes, std::chrono::nanoseconds took)> recorded;
    // The store could not record a batch, or would not be able to; it will be asked again.
    std::function<void(const Error&)> failed;
    // The store could record again, as it says without being given any votes.
    std::function<void()> recovered;
    // The queue did not deliver, or did not hear that votes are recorded; it will be asked again.
    std::function<void(const Error&)> queue_failed;
    // Votes were given back to the queue.
    std::function<void(std::size_t votes, const Error&)> released;
  };

  Worker(poll::VoteConsumer& queue, poll::VoteStore& store, Options options, Events events);
  ~Worker();  // stops after the batch at hand
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  // Goes on until the queue delivers nothing more, at most for `limit` and the batch at hand, and returns
  // when the thread has ended. Close the queue before: an open one may keep delivering. Retries no longer
  // pause, and past the limit there are none. One thread; also twice.
  void stop(std::chrono::milliseconds limit);

  // Beats before each call of the queue and of the store, and is finished once the thread has ended.
  const Heartbeat& heartbeat() const { return heartbeat_; }

 private:
  void run();
  void handle(std::span<const poll::QueuedVote> batch);
  Result<std::vector<poll::Tally>> record(std::span<const poll::QueuedVote> batch);
  void probe();
  bool is_stopping();
  bool is_past_limit();
  void pause_after_failure();

  poll::VoteConsumer& queue_;
  poll::VoteStore& store_;
  const Options options_;
  const Events events_;

  Heartbeat heartbeat_;

  std::mutex mutex_;  // guards stopping_
  std::condition_variable stop_requested_;
  bool stopping_ = false;
  std::chrono::steady_clock::time_point drain_until_;

  // The thread's own.
  std::chrono::milliseconds pause_;
  bool last_was_released_ = false;
  bool store_failed_ = false;  // since it last recorded, or said that it could
  std::chrono::steady_clock::time_point next_probe_;

  std::thread thread_;  // last: it uses what is above
};

}  // namespace pollux::worker
