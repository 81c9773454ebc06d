#include "telemetry/liveness.hpp"

#include <utility>

#include <boost/asio/post.hpp>

namespace pollux::telemetry {

void Liveness::watch(const std::string& name, IoThreads& threads) {
  const std::lock_guard lock(mutex_);
  for (std::size_t i = 0; i < threads.size(); ++i) {
    io_threads_.push_back({.name = name + " " + std::to_string(i), .context = threads.context(i)});
  }
}

void Liveness::watch(std::string name, const Heartbeat& heartbeat) {
  const std::lock_guard lock(mutex_);
  loops_.push_back({std::move(name), heartbeat});
}

Result<void> Liveness::check() {
  const std::lock_guard lock(mutex_);
  Result<void> verdict;
  for (const IoThread& thread : io_threads_) {
    auto judged = judge(thread.name, thread.silence());
    if (verdict) verdict = std::move(judged);
  }
  for (const Loop& loop : loops_) {
    auto judged = judge(loop.name, loop.heartbeat.silence());
    if (verdict) verdict = std::move(judged);
  }
  return verdict;
}

Result<void> Liveness::judge(const std::string& name, Clock::duration silence) const {
  if (silence <= limit_) return {};
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(silence).count();
  return unavailable("The thread \"" + name + "\" has not taken its turn for " + std::to_string(seconds) +
                     " s. Restart the process.");
}

Liveness::Clock::duration Liveness::IoThread::silence() const {
  const auto now = Clock::now();
  if (question->open.load(std::memory_order_acquire)) return now - question->asked;
  question->asked = now;
  question->open.store(true, std::memory_order_release);
  boost::asio::post(context, [asked = question] { asked->open.store(false, std::memory_order_release); });
  return {};
}

}  // namespace pollux::telemetry
