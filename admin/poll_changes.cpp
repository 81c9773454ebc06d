#include "admin/poll_changes.hpp"

#include <chrono>

namespace pollux::admin {

Result<poll::ManagedPoll> announce(const Call& call, const poll::ManagedPoll& poll) {
  return call.services.shared.announcer.announce(*call.services.stores.polls, poll);
}

Problem unannounced(const Call& call, const Error& reason) {
  Shared& shared = call.services.shared;
  shared.metrics.unannounced.add();
  shared.log.repeated_error("A change of a poll did not reach the services for voters at once.",
                            {{"reason", reason.message}});
  return {503, "unavailable",
          "The change is stored, but the services for voters could not be reached. They will be "
          "notified as soon as they can be.",
          std::chrono::seconds(2)};
}

ApiResponse changed_poll(const Call& call, const poll::ManagedPoll& before, const poll::ManagedPoll& after,
                         std::string_view action) {
  // Before the announcement, which may fail: a repeated request changes nothing, and has no event.
  if (after.revision != before.revision) record_event(call, action, after, after.content.title);
  const auto shown = announce(call, after);
  if (!shown) return unannounced(call, shown.error());
  return poll_response(200, call, *shown);
}

}  // namespace pollux::admin
