#include "config/service_options.hpp"

#include "telemetry/liveness.hpp"

namespace pollux::config {

using namespace std::chrono_literals;

void declare(Settings& settings, ServiceOptions& options, ServiceKind kind) {
  settings.command("healthcheck",
                   "Ask the management listener whether the service is ready: exit status 0 or 1.");
  settings.group("Operation");
  settings.add("management-listen", setting::endpoint(&options.management_listen),
               "Where /livez, /readyz and /metrics are served; keep it away from the public.");
  settings.add("log-level",
               setting::choice(&options.log_level, {{"debug", telemetry::LogLevel::debug},
                                                    {"info", telemetry::LogLevel::info},
                                                    {"warning", telemetry::LogLevel::warning},
                                                    {"error", telemetry::LogLevel::error}}),
               "The least important lines that the log shows.");
  settings.add("drain-time", setting::duration(&options.drain_time, 100ms, 10min),
               "How long the whole drain after SIGTERM may take, not counting --drain-delay: what is not "
               "done by then is "
               "cut. Docker kills a process after 10 s.");
  settings.add("hang-limit", setting::duration(&options.hang_limit, telemetry::least_hang_limit, 1h),
               "How long a thread may go without taking its turn before /livez answers 503, so that a "
               "supervisor restarts the process.");
  if (kind.has_visitors) {
    settings.add(
        "drain-delay", setting::duration(&options.drain_delay, 0ms, 10min),
        "How long /readyz answers 503 after SIGTERM before the listeners close. Behind a load balancer, "
        "as long as it takes to notice.");
  }
  if (kind.needs_others) {
    settings.add(
        "start-wait", setting::duration(&options.start_wait, 0ms, 24h),
        "How long a start waits for Redis and the database before it gives up, and a command for the "
        "database. Once started, the service waits for them as long as it takes.");
  }
}

}  // namespace pollux::config
