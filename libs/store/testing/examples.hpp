// A poll, an account and an event to store, where a test needs any.
#pragma once

#include <chrono>

#include "accounts/account.hpp"
#include "accounts/audit_log.hpp"
#include "poll/managed_poll.hpp"
#include "poll/question_json.hpp"

namespace pollux::store {

inline constexpr poll::PollTime example_time = std::chrono::sys_days(std::chrono::year(2026) / 11 / 27);

inline poll::PollId example_poll_id() {
  return poll::make_poll_id(example_time);
}

inline poll::PollContent example_content() {
  return {.title = "Drinks",
          .question = poll::parse_question_json(
                          R"({"kind":"single","text":"Tea or coffee?","options":["Tea","Coffee"]})")
                          .value()};
}

inline accounts::Account example_owner() {
  return {.id = accounts::AccountId::parse("ann").value(),
          .name = "Ann",
          .role = accounts::Role::owner,
          .password = "$argon2id$",
          .created_at = example_time,
          .changed_at = example_time};
}

inline accounts::AuditEvent example_event() {
  return accounts::event_of_program("test", "", example_time);
}

}  // namespace pollux::store
