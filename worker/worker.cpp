#include "worker/worker.hpp"

#include <utility>

namespace pollux::worker {

Worker::Worker(poll::VoteConsumer& queue, poll::VoteRecorder& recorder, poll::TallyPublisher& publisher,
               Options options, Events events)
    : loop_(queue, recorder, publisher, std::move(options), std::move(events)), thread_([this] { run(); }) {}

Worker::~Worker() {
  stop(std::chrono::milliseconds(0));
}

void Worker::stop(std::chrono::milliseconds limit) {
  loop_.stop(std::chrono::steady_clock::now() + limit);
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  stop_requested_.notify_one();
  if (thread_.joinable()) thread_.join();
}

void Worker::run() {
  while (const auto pause = loop_.step()) {
    if (*pause > WorkerLoop::Pause(0)) wait(*pause);
  }
}

void Worker::wait(WorkerLoop::Pause pause) {
  std::unique_lock lock(mutex_);
  stop_requested_.wait_for(lock, pause, [this] { return stopping_; });
}

}  // namespace pollux::worker
