// From the queue to the store: runs a WorkerLoop on a thread of its own.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "base/threads.hpp"
#include "poll/ports.hpp"
#include "worker/worker_loop.hpp"

namespace pollux::worker {

// Starts with its construction. What it refers to must outlive it; no other thread receives from the queue,
// records or publishes.
class Worker {
 public:
  using Options = WorkerLoop::Options;
  using Events = WorkerLoop::Events;  // called on the worker's thread

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
  const Heartbeat& heartbeat() const { return loop_.heartbeat(); }

 private:
  void run();
  void wait(WorkerLoop::Pause pause);

  WorkerLoop loop_;

  std::mutex mutex_;  // guards stopping_
  std::condition_variable stop_requested_;
  bool stopping_ = false;

  std::thread thread_;  // last: it uses what is above
};

}  // namespace pollux::worker
