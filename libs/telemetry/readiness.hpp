// Whether a service can do its work now: what /readyz says.
#pragma once

#include <functional>
#include <mutex>
#include <string>
#include <vector>

#include "base/result.hpp"

namespace pollux::telemetry {

struct ReadinessReport {
  bool ready = false;
  std::string text;  // "ready" or "not ready", then a line for each check: "store: ok", "queue: <sentence>"
};

// Any thread.
class Readiness {
 public:
  // A check answers at once, from what its part knows already: it must neither block nor ask another service.
  // It is called on the management thread; what it reads outlives the last report().
  using Check = std::function<Result<void>()>;

  void add(std::string name, Check check);

  // From now on the service is not ready, whatever the checks say: it is about to stop.
  void drain();

  ReadinessReport report() const;

 private:
  struct NamedCheck {
    std::string name;
    Check check;
  };

  mutable std::mutex mutex_;
  std::vector<NamedCheck> checks_;
  bool draining_ = false;
};

}  // namespace pollux::telemetry
