#include "worker/poll_copier.hpp"

namespace pollux::worker {

using namespace std::chrono_literals;

PollCopier::PollCopier(const redis::Url& redis, const postgres::Url& database, const Interrupt& interrupt,
                       telemetry::Metrics& metrics, telemetry::Log& log)
    : redis_(redis, {.connect_limit = 1s, .command_limit = 1s}),
      database_(database, {.call_timeout = 1s, .interrupt = &interrupt}),
      failures_(metrics.counter("pollux_poll_copy_failures_total",
                                "Times that what people are asked could not be copied to the database.")),
      log_(log),
      periodic_(period, [this] { copy(); }) {}

void PollCopier::copy() {
  const auto registered = queue::registered_polls(redis_);
  if (!registered) return failed("What people are asked could not be read.", registered.error());
  const auto done = database_.write(*registered);
  if (!done) failed("What people are asked could not be copied to the database.", done.error());
}

void PollCopier::failed(const std::string& message, const Error& reason) {
  failures_.add();
  log_.repeated_warning(message, {{"reason", reason.message}});
}

}  // namespace pollux::worker
