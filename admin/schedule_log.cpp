#include "admin/schedule_log.hpp"

#include <utility>

namespace pollux::admin {

ManagedPolls::OnScheduled schedule_log(std::shared_ptr<accounts::AuditLog> events, telemetry::Log& log) {
  return [events = std::move(events), &log](const poll::ManagedPoll& changed, poll::PollAction action) {
    const bool opened = action == poll::PollAction::open;
    accounts::AuditEvent event =
        accounts::event_of_program(opened ? accounts::action::poll_opened : accounts::action::poll_closed,
                                   changed.content.title, changed.changed_at);
    event.poll = changed.id;
    if (const auto recorded = events->append(event); !recorded) {
      log.error(
          "A change of a poll is missing in the audit log.",
          {{"action", event.action}, {"poll", changed.id.text()}, {"reason", recorded.error().message}});
    }
  };
}

}  // namespace pollux::admin
