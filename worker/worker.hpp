// From the queue to the store: receives batches of votes, records them, publishes the changed tallies, and
// acknowledges the votes, on a thread of its own.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <mutex>
#include <span>
#include <thread>
#include <vector>

#include "base/backoff.hpp"
#include "base/threads.hpp"
#include "poll/ports.hpp"
#include "tracing/tracer.hpp"
#include "worker/batch_trace.hpp"

namespace pollux::worker {

// Starts with its construction. What it refers to must outlive it; no other thread receives from the queue,
// records or publishes.
class Worker {
 public:
  struct Options {
    std::size_t max_batch = 2000;  // votes in one transaction
    // The `wait` of each VoteConsumer::receive(). Nothing else happens meanwhile, so it is also the precision
    // of the periods below.
    std::chrono::milliseconds receive_wait{200};
    // How often a batch is tried before it is released. While the previous batch was released, once: voters
    // who wait behind it soon learn of the outage.
    int attempts = 5;
    // Pauses after failures, see Backoff. A success resets them.
    std::chrono::milliseconds first_pause{20};
    std::chrono::milliseconds longest_pause{250};
    // How often a failed store is probed while no votes arrive.
    std::chrono::milliseconds probe_period{500};
    // After a failed publish the changed polls wait this long for the next one, which includes them.
    std::chrono::milliseconds publish_pause{1000};
    tracing::Tracer tracer{};
    TraceNames trace_names{};
  };

  // Each may be empty. Called on the worker's thread: they must not block for long, throw, or stop the
  // worker.
  struct Events {
    // A batch was recorded: its votes, and the time that the store took.
    std::function<void(std::size_t votes, std::chrono::nanoseconds took)> recorded;
    // The store could not record a batch, or failed a probe; it will be tried again.
    std::function<void(const Error&)> store_failed;
    // The store passed a probe after a failure.
    std::function<void()> store_recovered;
    // Changed tallies could not be published; the votes are recorded, and the tallies will be published
    // later.
    std::function<void(const Error&)> publish_failed;
    // The queue did not deliver, or did not accept an acknowledgement; it will be tried again.
    std::function<void(const Error&)> queue_failed;
    // Votes were released to the queue.
    std::function<void(std::size_t votes, const Error&)> released;
  };

  Worker(poll::VoteConsumer& queue, poll::VoteRecorder& recorder, poll::TallyPublisher& publisher,
         Options options, Events events);
  ~Worker();  // stops after the current batch
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  // Continues until the queue is empty, for `limit` and the current batch at most, and returns when the
  // thread has ended. Close the queue before, or it may deliver more. Retries no longer pause, and there are
  // none after the limit. One thread; may be called twice.
  void stop(std::chrono::milliseconds limit);

  // Beats before each call of the queue, the recorder and the publisher; finished once the thread has ended.
  const Heartbeat& heartbeat() const { return heartbeat_; }

 private:
  void run();
  void handle(std::span<const poll::QueuedVote> batch);
  Result<std::vector<poll::PollId>> record(std::span<const poll::QueuedVote> batch, const BatchTrace& trace);
  void publish(std::vector<poll::ChangedPoll> changed);
  void probe();
  bool is_stopping();
  bool is_past_limit();
  void pause_after_failure();

  poll::VoteConsumer& queue_;
  poll::VoteRecorder& recorder_;
  poll::TallyPublisher& publisher_;
  const Options options_;
  const Events events_;

  Heartbeat heartbeat_;

  std::mutex mutex_;  // guards stopping_ and drain_until_
  std::condition_variable stop_requested_;
  bool stopping_ = false;
  std::chrono::steady_clock::time_point drain_until_;

  // The thread's own.
  Backoff backoff_;
  bool last_was_released_ = false;
  bool store_failed_ = false;  // since it last recorded or passed a probe
  std::chrono::steady_clock::time_point next_probe_;
  std::vector<poll::ChangedPoll> unpublished_;  // each poll once
  std::chrono::steady_clock::time_point next_publish_;

  std::thread thread_;  // last: it uses what is above
};

}  // namespace pollux::worker
