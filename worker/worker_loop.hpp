// The work of a worker in steps: receives a batch of votes, records it, publishes the changed tallies, and
// acknowledges the votes. Each step makes one call of the queue, the recorder or the publisher, so that a
// process can end between any two of them. A Worker runs the steps on a thread of its own; tests/simulation
// interleaves those of several workers.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <random>
#include <vector>

#include "base/backoff.hpp"
#include "base/threads.hpp"
#include "poll/ports.hpp"
#include "tracing/tracer.hpp"
#include "worker/batch_trace.hpp"

namespace pollux::worker {

// What it refers to must outlive it; nothing else receives from the queue, records or publishes meanwhile.
// One thread, unless noted.
class WorkerLoop {
 public:
  using Time = std::chrono::steady_clock::time_point;
  using Pause = std::chrono::milliseconds;

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
    std::function<Time()> now = std::chrono::steady_clock::now;
    std::uint32_t pause_seed = std::random_device()();  // see Backoff
  };

  // Each may be empty. Called within step(): they must not block for long, throw, or stop the worker.
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

  WorkerLoop(poll::VoteConsumer& queue, poll::VoteRecorder& recorder, poll::TallyPublisher& publisher,
             Options options, Events events);
  WorkerLoop(const WorkerLoop&) = delete;
  WorkerLoop& operator=(const WorkerLoop&) = delete;

  // Makes the next call. Returns how long to wait before the next step; nothing after the last one.
  std::optional<Pause> step();

  // From now on receives without waiting; ends when the queue is empty, or after `drain_until` with the
  // current batch. Retries no longer need to pause. Any thread; a second call does nothing.
  void stop(Time drain_until);

  // Beats before each call; finished after the last step. Any thread may read it.
  const Heartbeat& heartbeat() const { return heartbeat_; }

 private:
  enum class Next { receive, record, release, publish, acknowledge };

  std::optional<Pause> receive();
  Pause begin(std::vector<poll::QueuedVote> batch);
  Pause record();
  Pause note_failure(const Error& error);
  std::optional<Pause> release();
  Pause publish_batch();
  std::optional<Pause> acknowledge();
  void publish(std::vector<poll::ChangedPoll> changed);
  void probe();
  std::vector<poll::ChangedPoll> with_details(std::vector<poll::PollId> polls) const;

  std::optional<Pause> end_round(Pause pause);
  std::optional<Pause> finish();
  bool is_stopping();
  bool is_past_limit();

  poll::VoteConsumer& queue_;
  poll::VoteRecorder& recorder_;
  poll::TallyPublisher& publisher_;
  const Options options_;
  const Events events_;

  Heartbeat heartbeat_;

  std::mutex mutex_;  // guards drain_until_
  std::optional<Time> drain_until_;

  Next next_ = Next::receive;
  std::vector<poll::QueuedVote> batch_;
  std::optional<BatchTrace> trace_;    // of the batch
  int attempt_ = 0;                    // to record it
  std::optional<Error> failure_;       // of the last attempt
  std::vector<poll::PollId> changed_;  // by the batch

  Backoff backoff_;
  bool last_was_released_ = false;
  bool store_failed_ = false;  // since it last recorded or passed a probe
  Time next_probe_;
  std::vector<poll::ChangedPoll> unpublished_;  // each poll once
  Time next_publish_;
};

}  // namespace pollux::worker
