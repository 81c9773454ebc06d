#include "program/poll_watch.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace pollux {
namespace {

Result<void> compare_with(const std::map<PollId, PollDefinition>& others, const PollId& id,
                          const PollDefinition& mine) {
  const auto other = others.find(id);
  if (other == others.end() || compare(other->second, mine) != Likeness::other) return {};
  return invalid("The vote services ask " + in_words(other->second) + ", and this service has " +
                 in_words(mine) +
                 " for the same run. Give all services the same question and options, and the same --run "
                 "(POLLUX_RUN).");
}

}  // namespace

Result<void> agrees_with(const std::map<PollId, PollDefinition>& others, const Poll& poll) {
  return compare_with(others, poll.id(), definition_of(poll));
}

PollWatch::PollWatch(const PollId& base, const Poll& poll, Read read, Metrics& metrics, Log& log)
    : base_(base),
      id_(poll.id()),
      mine_(definition_of(poll)),
      read_(std::move(read)),
      newest_run_(metrics.gauge("pollux_poll_newest_run",
                                "The largest run of the poll that any service has registered.")),
      disagrees_(metrics.gauge("pollux_poll_disagrees",
                               "1 while other services ask something else in the same run, else 0.")),
      failures_(metrics.counter("pollux_poll_read_failures_total",
                                "Times that what the other services ask could not be read.")),
      log_(log),
      periodic_(period, [this] { look(); }) {}

Result<void> PollWatch::check() const {
  const std::lock_guard guard(mutex_);
  return state_;
}

void PollWatch::look() {
  const auto others = read_();
  if (!others) {
    if (others.error().code == ErrorCode::invalid) return note(others.error());
    failures_.add();
    return log_.repeated_warning("What the other services ask is not known.",
                                 {{"reason", others.error().message}});
  }
  std::uint32_t newest = 0;
  for (const auto& [id, definition] : *others) newest = std::max(newest, run_of(id, base_).value_or(0));
  newest_run_.set(static_cast<double>(newest));
  if (newest > run_of(id_, base_).value_or(0)) {
    log_.repeated_warning("Another service has begun a newer run. Set POLLUX_RUN to it here, too.",
                          {{"run", run_of(id_, base_).value_or(0)}, {"newest_run", newest}});
  }
  note(compare_with(*others, id_, mine_));
}

void PollWatch::note(Result<void> state) {
  if (!state)
    log_.repeated_warning("The services disagree on the poll.", {{"reason", state.error().message}});
  disagrees_.set(state ? 0 : 1);
  const std::lock_guard guard(mutex_);
  state_ = std::move(state);
}

}  // namespace pollux
