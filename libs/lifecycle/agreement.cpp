#include "lifecycle/agreement.hpp"

#include <algorithm>
#include <utility>

namespace pollux::lifecycle {

Agreement::Agreement(const std::string& metric, const std::string& subject, Ask ask,
                     telemetry::Metrics& metrics, telemetry::Log& log, std::chrono::milliseconds pause)
    : ask_(std::move(ask)),
      disagreement_("The services disagree on the " + subject + "."),
      ignorance_("It is unknown whether the services agree on the " + subject + "."),
      disagrees_(metrics.gauge(metric + "_disagrees",
                               "1 while other services have another " + subject + " than this one, else 0.")),
      failures_(metrics.counter(metric + "_read_failures_total",
                                "Failed attempts to read the " + subject + " of other services.")),
      log_(log),
      periodic_(pause, [this] { this->ask(); }) {}

Result<void> Agreement::check() const {
  const std::lock_guard guard(mutex_);
  return state_;
}

void Agreement::ask() {
  auto answer = ask_();
  if (answer || answer.error().code == ErrorCode::invalid) return note(std::move(answer));
  failures_.add();
  log_.repeated_warning(ignorance_, {{"reason", answer.error().message}});
}

void Agreement::note(Result<void> state) {
  if (!state) log_.repeated_warning(disagreement_, {{"reason", state.error().message}});
  disagrees_.set(state ? 0 : 1);
  const std::lock_guard guard(mutex_);
  state_ = std::move(state);
}

Result<void> agrees_with(const poll::PollDefinitions& others, const poll::Poll& poll) {
  const poll::PollDefinition mine = poll::definition_of(poll);
  const auto other = others.find(poll.id());
  if (other == others.end() || poll::compare(other->second, mine) != poll::Likeness::other) return {};
  return invalid("The vote services ask " + poll::in_words(other->second) + ", and this service has " +
                 poll::in_words(mine) +
                 " for the same run. Give all services the same question and options, and the same --run "
                 "(POLLUX_RUN).");
}

Agreement::Ask agreement_on_poll(const poll::PollId& base, const poll::Poll& poll,
                                 std::function<Result<poll::PollDefinitions>()> read,
                                 telemetry::Metrics& metrics, telemetry::Log& log) {
  telemetry::Gauge newest_run =
      metrics.gauge("pollux_poll_newest_run", "The latest run of the poll that any service has registered.");
  return [base, &poll, read = std::move(read), newest_run, &log]() mutable -> Result<void> {
    const auto others = read();
    if (!others) return others.error();
    const std::uint32_t mine = poll::run_of(poll.id(), base).value_or(0);
    std::uint32_t newest = 0;
    for (const auto& [id, definition] : *others)
      newest = std::max(newest, poll::run_of(id, base).value_or(0));
    newest_run.set(static_cast<double>(newest));
    if (newest > mine) {
      log.repeated_warning("Another service has begun a newer run. Set POLLUX_RUN to it here, too.",
                           {{"run", mine}, {"newest_run", newest}});
    }
    return agrees_with(*others, poll);
  };
}

Agreement::Ask agreement_on_voter_key(std::function<Result<bool>()> keep, telemetry::Metrics& metrics,
                                      telemetry::Log& log) {
  telemetry::Counter restored =
      metrics.counter("pollux_voter_key_restored_total", "Times that the voter key was restored in Redis.");
  return [keep = std::move(keep), restored, &log]() mutable -> Result<void> {
    const auto put_back = keep();
    if (!put_back) return put_back.error();
    if (*put_back) {
      restored.add();
      log.warning("Redis had lost the voter key. This service has restored it.");
    }
    return {};
  };
}

}  // namespace pollux::lifecycle
