// What follows a change that the store has committed: the event, the announcement, the answer.
#pragma once

#include <string_view>

#include "admin/poll_access.hpp"
#include "admin/services.hpp"
#include "base/result.hpp"
#include "poll/managed_poll.hpp"

namespace pollux::admin {

// What the store has committed is announced to the services for voters before the caller gets the response:
// after a close, no vote is accepted any more. Repeating the request announces it again.
Result<poll::ManagedPoll> announce(const Call& call, const poll::ManagedPoll& poll);

// The answer if that failed. Counts and logs it.
Problem unannounced(const Call& call, const Error& reason);

// Records `action` in the audit log if the revision has changed, and announces the poll.
ApiResponse changed_poll(const Call& call, const poll::ManagedPoll& before, const poll::ManagedPoll& after,
                         std::string_view action);

}  // namespace pollux::admin
