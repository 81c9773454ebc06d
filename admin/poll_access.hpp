// Which polls the caller of a request may see and change. All handlers of polls come through here.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "accounts/access.hpp"
#include "admin/services.hpp"
#include "http/response.hpp"
#include "poll/managed_poll.hpp"

namespace pollux::admin {

// The poll that the path names. `not_found` if it does not exist or is someone else's; `forbidden` and
// `sign_in_again` as check_access().
ApiResult<poll::ManagedPoll> find_poll(const Call& call, accounts::Scope scope);

// The same for a poll that is known.
ApiResult<void> check_access(const Call& call, accounts::Scope scope, const poll::ManagedPoll& poll);

// The maker of polls that the caller makes.
poll::MakerId maker_of(const accounts::Principal& principal);

// How many have voted in a run; 0 if the tally can't be read.
std::uint64_t voters_of(const Call& call, const poll::PollId& run, const poll::Question& question);

// The poll with its ETag.
http::Response poll_response(unsigned status, const Call& call, const poll::ManagedPoll& poll);

// The poll as a member of a list.
std::string poll_item(const Call& call, const poll::ManagedPoll& poll);

// Records what was done in the audit log. If that fails, it is logged and counted: the change is made.
void record_event(const Call& call, std::string_view action, const poll::ManagedPoll& poll,
                  std::string_view detail);

}  // namespace pollux::admin
