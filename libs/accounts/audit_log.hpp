// Who did what, when, to which poll: the events, and the port of the log that keeps them. The port's contract
// has a conformance suite in tests/conformance.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "accounts/access.hpp"
#include "accounts/account.hpp"
#include "poll/vote.hpp"

namespace pollux::accounts {

// The names of actions, as stored and in the API. They are text, so that a program shows what a newer version
// has recorded.
namespace action {
inline constexpr std::string_view set_up = "set_up";  // the first account was made
inline constexpr std::string_view signed_in = "signed_in";
inline constexpr std::string_view signed_out = "signed_out";
inline constexpr std::string_view session_ended = "session.ended";  // not by the browser that has it
inline constexpr std::string_view account_created = "account.created";
inline constexpr std::string_view account_role_changed = "account.role_changed";
inline constexpr std::string_view account_password_changed = "account.password_changed";
inline constexpr std::string_view account_removed = "account.removed";
inline constexpr std::string_view key_created = "key.created";
inline constexpr std::string_view key_revoked = "key.revoked";
inline constexpr std::string_view poll_created = "poll.created";
inline constexpr std::string_view poll_edited = "poll.edited";
inline constexpr std::string_view poll_opened = "poll.opened";
inline constexpr std::string_view poll_closed = "poll.closed";
inline constexpr std::string_view poll_reset = "poll.reset";
inline constexpr std::string_view poll_archived = "poll.archived";
inline constexpr std::string_view poll_removed = "poll.removed";
inline constexpr std::string_view poll_exported = "poll.exported";
inline constexpr std::string_view votes_deleted = "poll.votes_deleted";  // of a run, after keep_days
}  // namespace action

struct AuditEvent {
  static constexpr std::size_t max_action_bytes = 40;
  static constexpr std::size_t max_detail_bytes = 300;

  AccountTime at{};
  std::optional<AccountId> account{};  // who; none: the program itself, such as a schedule
  std::string actor;                   // the name of the account at that time; "pollux" for the program
  std::optional<KeyId> key{};          // if a program did it with that key
  std::string action;                  // lower-case letters, "_" and "."
  std::optional<poll::PollId> poll{};
  std::string detail{};  // plain text; who or what was changed. Never a secret

  friend bool operator==(const AuditEvent&, const AuditEvent&) = default;
};

// An event of this program, and one of someone. A longer detail is cut, and what is not plain text is
// replaced, so that no text from outside keeps an action from being recorded.
AuditEvent event_of_program(std::string_view action, std::string_view detail, AccountTime now);
AuditEvent event_of(const Principal& principal, std::string_view action, std::string_view detail,
                    AccountTime now);
AuditEvent event_of(const Principal& principal, std::string_view action, const poll::PollId& poll,
                    std::string_view detail, AccountTime now);

// Checks the bounds above.
AccountResult<void> check(const AuditEvent& event);

struct AuditRecord {
  std::uint64_t sequence = 0;  // grows with each event, with gaps
  AuditEvent event;

  friend bool operator==(const AuditRecord&, const AuditRecord&) = default;
};

struct AuditQuery {
  static constexpr std::size_t max_limit = 1000;

  std::optional<poll::PollId> poll{};     // only of this poll
  std::optional<std::uint64_t> before{};  // the cursor: AuditPage::next of the previous page
  std::size_t limit = 100;                // 1 to max_limit
};

struct AuditPage {
  std::vector<AuditRecord> records;   // the latest first
  std::optional<std::uint64_t> next;  // none: this is the last page
};

// Append-only: the database rejects changes of events, and the deletion of those that are younger than
// min_kept. Those of accounts are recorded by the AccountStore, in the transaction of the change; those of
// polls by the caller, after the change, so a process that is killed in between leaves a change without
// event. One thread at a time; any number of logs use the same database.
class AuditLog {
 public:
  // The shortest time for which the database itself keeps events, by its clock.
  static constexpr std::chrono::days min_kept{30};

  virtual ~AuditLog() = default;

  // On disk when it returns.
  virtual AccountResult<void> append(const AuditEvent& event) = 0;

  // Pages through the events. One that is recorded meanwhile may be missing, none comes twice.
  virtual AccountResult<AuditPage> list(const AuditQuery& query) = 0;

  // Deletes up to `limit` (at least 1) of the oldest events from before `time`, and returns how many.
  // `invalid` if `time` is not at least min_kept before `now`.
  virtual AccountResult<std::size_t> erase_before(AccountTime time, std::size_t limit, AccountTime now) = 0;
};

}  // namespace pollux::accounts
