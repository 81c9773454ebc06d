#include "lifecycle/service.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include "config/poll_options.hpp"

namespace pollux::lifecycle {
namespace {

// A stop does not wait longer for a collector that is down.
constexpr std::chrono::milliseconds flush_limit{2000};

}  // namespace

Service::Service(const config::ServiceOptions& options, telemetry::Log& log)
    : service_options_(options),
      log_(log),
      traces_(options.tracing, metrics_, log),
      liveness_(options.hang_limit) {}

void Service::add_steps(Drain& drain) {
  drain.readiness_step(readiness_, service_options_.drain_delay);
  add_own_steps(drain);
  if (tracer())
    drain.step("traces", [this](auto deadline) { traces_.stop(std::min(deadline, flush_limit)); });
}

std::unique_ptr<Agreement> Service::add_poll_agreement_check(
    const poll::Poll& poll, std::function<Result<poll::PollDefinitions>()> read) {
  auto agreement = std::make_unique<Agreement>(
      "pollux_poll", "poll", agreement_on_poll(config::default_poll(), poll, std::move(read), metrics_, log_),
      metrics_, log_);
  readiness_.add("poll", [&agreed = *agreement] { return agreed.check(); });
  return agreement;
}

std::unique_ptr<Agreement> Service::add_voter_key_agreement_check(std::function<Result<bool>()> keep) {
  auto agreement =
      std::make_unique<Agreement>("pollux_voter_key", "voter key",
                                  agreement_on_voter_key(std::move(keep), metrics_, log_), metrics_, log_);
  readiness_.add("voter key", [&agreed = *agreement] { return agreed.check(); });
  return agreement;
}

Service::Management::Management(Service& service)
    : service_(service), listener_(service.metrics_, service.readiness_, service.liveness_, service.log_) {}

Result<http::Endpoint> Service::Management::listen() {
  return listener_.listen(service_.service_options_.management_listen);
}

}  // namespace pollux::lifecycle
