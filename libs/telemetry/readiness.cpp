#include "telemetry/readiness.hpp"

#include <utility>

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

}  // namespace pollux::telemetry
