#include "admin/managed_polls.hpp"

#include <cstddef>
#include <mutex>
#include <string>
#include <utility>

#include "poll/managed_poll.hpp"
#include "poll/poll_run.hpp"

namespace pollux::admin {
namespace {

// Someone else has changed the poll since, or removed it: nothing is left to do.
bool is_overtaken(const poll::PollError& error) {
  switch (error.code) {
    case poll::PollErrorCode::not_found:
    case poll::PollErrorCode::conflict:
    case poll::PollErrorCode::not_allowed:
      return true;
    case poll::PollErrorCode::invalid:
    case poll::PollErrorCode::full:
    case poll::PollErrorCode::unavailable:
    case poll::PollErrorCode::internal:
      break;
  }
  return false;
}

// Ids of these polls have no dots, those of their runs have one (poll::id_of_run).
poll::PollId poll_of(const poll::PollId& run) {
  const std::string& text = run.text();
  return poll::PollId::parse(text.substr(0, text.find('.'))).value();
}

}  // namespace

ManagedPolls::ManagedPolls(std::unique_ptr<poll::PollStore> store, poll::VoteGates& gates,
                           poll::PollPublisher& publisher, Options options, telemetry::Metrics& metrics,
                           telemetry::Log& log)
    : store_(std::move(store)),
      options_(std::move(options)),
      log_(log),
      failures_(metrics.counter("pollux_managed_polls_failures_total",
                                "Failed attempts to read the polls that people made, to announce them, or to "
                                "change them by their schedule.")),
      scheduled_changes_(metrics.counter("pollux_managed_polls_scheduled_changes_total",
                                         "Polls that were opened or closed by their schedule.")),
      erased_votes_(
          metrics.counter("pollux_managed_polls_erased_votes_total",
                          "Votes that were deleted: of polls that were deleted, and those that were "
                          "kept as long as their poll demands.")),
      recovered_(metrics.counter("pollux_managed_polls_recovered_total",
                                 "Changes of polls that were announced, and that the database has lost.")),
      announcer_(gates, publisher, announcer_options()),
      erase_at_(Clock::now() + options_.erase_period) {}

poll::PollAnnouncer::Options ManagedPolls::announcer_options() {
  return {.reconcile_after = options_.reconcile_after,
          .on_recovered =
              [this](const poll::ManagedPoll& poll) {
                recovered_.add();
                log_.warning("The database has lost changes of a poll, which the services for voters know.",
                             {{"code", poll.code.text()},
                              {"state", name_of(poll.state)},
                              {"run", poll.run},
                              {"revision", poll.revision}});
              },
          .on_skipped =
              [this](const poll::PollId& poll, const poll::PollError& reason) {
                failures_.add();
                log_.repeated_warning("A poll can't be announced. The others are.",
                                      {{"poll", poll.text()}, {"reason", reason.message}});
              }};
}

void ManagedPolls::start() {
  announce();
  end_round();
  rounds_.emplace(options_.period, [this] { run_round(); });
}

void ManagedPolls::stop() {
  rounds_.reset();
  heartbeat_.finish();
}

void ManagedPolls::run_round() {
  // A database that has lost changes must not open drafts that were something else before.
  if (announce()) {
    heartbeat_.beat();
    keep_schedule();
  }
  heartbeat_.beat();
  if (Clock::now() >= erase_at_) erase_votes();
  heartbeat_.beat();
  end_round();
}

void ManagedPolls::end_round() {
  const std::lock_guard lock(mutex_);
  last_failure_ = std::exchange(failure_, {});
}

Result<void> ManagedPolls::state() const {
  const std::lock_guard lock(mutex_);
  if (last_failure_.empty()) return {};
  return unavailable(last_failure_);
}

// Whether what was announced agrees with the store.
bool ManagedPolls::announce() {
  heartbeat_.beat();
  const auto announced = announcer_.reconcile(*store_);
  if (!announced) failed("announce", announced.error().message);
  return announced.has_value();
}

// What is left after one list is done in the next round.
void ManagedPolls::keep_schedule() {
  const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  const auto due = store_->due(now, poll::PollQuery::max_limit);
  if (!due) return store_failed("read the schedule", due.error());
  for (const poll::DueAction& each : *due) {
    heartbeat_.beat();
    if (!act(each, now)) return;
  }
}

// False if the store is unavailable: it may have lost changes when it is there again.
bool ManagedPolls::act(const poll::DueAction& due, poll::PollTime now) {
  const auto changed = store_->change(due.poll, due.action, due.revision, now);
  if (!changed) {
    if (!is_overtaken(changed.error())) store_failed("change a poll", changed.error());
    return changed.error().code != poll::PollErrorCode::unavailable;
  }
  scheduled_changes_.add();
  log_.info("A poll has changed by its schedule.",
            {{"code", changed->code.text()}, {"state", name_of(changed->state)}});
  if (options_.on_scheduled) {
    const bool opened = due.action == poll::PollAction::open;
    accounts::AuditEvent event =
        accounts::event_of_program(opened ? accounts::action::poll_opened : accounts::action::poll_closed,
                                   changed->content.title, changed->changed_at);
    event.poll = changed->id;
    options_.on_scheduled(event);
  }
  // After an error the next round announces it.
  if (const auto announced = announcer_.announce(*store_, *changed); !announced) {
    failed("announce", announced.error().message);
  }
  return true;
}

void ManagedPolls::erase_votes() {
  const auto removed = store_->erase_removed(options_.erased_at_once);
  if (!removed) return store_failed("delete the votes of removed polls", removed.error());
  heartbeat_.beat();
  const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  const auto expired = store_->erase_expired(options_.erased_at_once, now);
  if (!expired) return store_failed("delete the votes whose time has passed", expired.error());
  for (const poll::PollId& run : expired->runs) report_expired(run, now);
  erased_votes_.add(static_cast<double>(*removed + expired->votes));
  if (*removed < options_.erased_at_once && expired->votes < options_.erased_at_once) {
    erase_at_ = Clock::now() + options_.erase_period;
  }
}

// Once for each run, also if its votes are deleted in several steps.
void ManagedPolls::report_expired(const poll::PollId& run, poll::PollTime now) {
  log_.info("The votes of a run are deleted, because their time has passed. Its results are kept.",
            {{"poll", run.text()}});
  if (!options_.on_scheduled) return;
  const auto poll = poll_of(run);
  const auto found = store_->find(poll);
  const std::string title = found ? found->content.title : std::string();
  accounts::AuditEvent event = accounts::event_of_program(
      accounts::action::votes_deleted,
      "run " + std::to_string(poll::run_of(run, poll).value_or(1)) + (title.empty() ? "" : ": " + title),
      now);
  event.poll = poll;
  options_.on_scheduled(event);
}

// A store makes a new connection only after a failed call, and the server may then be another one.
void ManagedPolls::store_failed(std::string_view step, const poll::PollError& error) {
  if (error.code == poll::PollErrorCode::unavailable) announcer_.demand_reconciliation();
  failed(step, error.message);
}

void ManagedPolls::failed(std::string_view step, std::string_view reason) {
  failures_.add();
  failure_ = "Failed to " + std::string(step) + ": " + std::string(reason);
  log_.repeated_warning("The polls that people made could not be kept up to date.",
                        {{"step", step}, {"reason", reason}});
}

ManagedPolls::OnScheduled schedule_log(std::shared_ptr<accounts::AuditLog> events, telemetry::Log& log) {
  return [events = std::move(events), &log](const accounts::AuditEvent& event) {
    if (const auto recorded = events->append(event); !recorded) {
      log.error("A change of a poll is missing in the audit log.",
                {{"action", event.action},
                 {"poll", event.poll ? event.poll->text() : std::string()},
                 {"reason", recorded.error().message}});
    }
  };
}

}  // namespace pollux::admin
