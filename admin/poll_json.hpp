// Polls in the API: the schemas PollContent, PollPatch and Poll of openapi.json.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "admin/json_members.hpp"
#include "admin/problem.hpp"
#include "poll/managed_poll.hpp"

namespace pollux::admin {

// Reads title, question, policies, schedule and theme, without its logo. Without `base`, missing members get
// their defaults, and title and question are required; with it, they stay as they are there. The caller
// finishes the members; what check() demands is not checked.
std::optional<poll::PollContent> read_content(JsonMembers& members, const poll::PollContent* base);

struct ShownPoll {
  const poll::ManagedPoll& poll;
  std::uint64_t voters = 0;  // of its run
  std::string vote_url;
  std::string result_url;
};
std::string json_of(const ShownPoll& shown);

// null or a time.
std::string json_time(const std::optional<std::chrono::sys_seconds>& time);

}  // namespace pollux::admin
