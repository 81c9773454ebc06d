#include "telemetry/health.hpp"

#include <utility>

#include <boost/asio/post.hpp>

namespace pollux::telemetry {

void Readiness::add(std::string name, Check check) {
  const std::lock_guard lock(mutex_);
  checks_.push_back({std::move(name), std::move(check)});
}

void Readiness::drain() {
  const std::lock_guard lock(mutex_);
  draining_ = true;
}

ReadinessReport Readiness::report() const {
  const std::lock_guard lock(mutex_);
  bool ready = !draining_;
  std::string lines;
  if (draining_) lines += "drain: The service is about to stop.\n";
  for (const auto& [name, check] : checks_) {
    const Result<void> outcome = check();
    ready = ready && outcome.has_value();
    lines.append(name).append(": ").append(outcome ? "ok" : outcome.error().message).append("\n");
  }
  return {ready, (ready ? "ready\n" : "not ready\n") + lines};
}

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
  Result<void> result;
  for (const IoThread& thread : io_threads_) {
    auto checked = evaluate(thread.name, thread.silence());
    if (result) result = std::move(checked);
  }
  for (const Loop& loop : loops_) {
    auto checked = evaluate(loop.name, loop.heartbeat.silence());
    if (result) result = std::move(checked);
  }
  return result;
}

Result<void> Liveness::evaluate(const std::string& name, Clock::duration silence) const {
  if (silence <= limit_) return {};
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(silence).count();
  return unavailable("The thread \"" + name + "\" has not taken its turn for " + std::to_string(seconds) +
                     " s. Restart the process.");
}

Liveness::Clock::duration Liveness::IoThread::silence() const {
  const auto now = Clock::now();
  if (probe->pending.load(std::memory_order_acquire)) return now - probe->posted;
  probe->posted = now;
  probe->pending.store(true, std::memory_order_release);
  boost::asio::post(context, [sent = probe] { sent->pending.store(false, std::memory_order_release); });
  return {};
}

}  // namespace pollux::telemetry
