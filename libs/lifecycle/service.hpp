// What all services have in common: log, metrics, health, and the first step of the drain.
#pragma once

#include <functional>
#include <memory>

#include "base/result.hpp"
#include "config/service_options.hpp"
#include "http/server.hpp"
#include "lifecycle/agreement.hpp"
#include "lifecycle/drain.hpp"
#include "lifecycle/trace_export.hpp"
#include "poll/poll_run.hpp"
#include "telemetry/health.hpp"
#include "telemetry/log.hpp"
#include "telemetry/management.hpp"
#include "telemetry/metrics.hpp"

namespace pollux::lifecycle {

// A running service. Its destructor aborts what is in flight.
//
// A derived class declares its parts in the order in which each needs those before it, and a Management as
// the last member: members are destroyed in reverse order, so first nothing asks for metrics and health any
// more.
class Service {
 public:
  virtual ~Service() = default;
  Service(const Service&) = delete;
  Service& operator=(const Service&) = delete;

  // The steps of an ordered stop, which run before the destructor. The first one makes the service not ready.
  void add_steps(Drain& drain);

 protected:
  // The arguments outlive the service.
  Service(const config::ServiceOptions& options, telemetry::Log& log);

  virtual void add_own_steps(Drain& drain) = 0;

  // Off unless a collector is configured.
  tracing::Tracer tracer() const { return traces_.tracer(); }

  // Add a readiness check, "poll" or "voter key", that fails while this service and the others of the cluster
  // disagree on it. The returned Agreement asks the others periodically, and must outlive the Management. For
  // `read` and `keep` see agreement_on_poll() and agreement_on_voter_key().
  std::unique_ptr<Agreement> add_poll_agreement_check(const poll::Poll& poll,
                                                      std::function<Result<poll::PollDefinitions>()> read);
  std::unique_ptr<Agreement> add_voter_key_agreement_check(std::function<Result<bool>()> keep);

  // The management listener of a service.
  class Management {
   public:
    explicit Management(Service& service);

    // Returns the endpoint with its actual port.
    Result<http::Endpoint> listen();

   private:
    Service& service_;
    telemetry::ManagementListener listener_;
  };

  const config::ServiceOptions& service_options_;
  telemetry::Log& log_;
  telemetry::Metrics metrics_;
  TraceExport traces_;
  telemetry::Readiness readiness_;
  telemetry::Liveness liveness_;
};

}  // namespace pollux::lifecycle
