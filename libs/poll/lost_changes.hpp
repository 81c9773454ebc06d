// Polls of a database that has lost changes, because it was restored from a backup, or because a standby took
// over without the newest commits. Each change was announced to the services for voters before it was
// answered, so they know a higher revision than the database, or another change with the same one.
//
// docs/adr/0063-databases-that-have-lost-changes.md has the reasons.
#pragma once

#include <cstdint>
#include <optional>

#include "poll/managed_poll.hpp"
#include "poll/question.hpp"
#include "poll/vote_gate.hpp"

namespace pollux::poll {

// Beyond what changes reach. An announced change that can't be read is taken to have this revision.
inline constexpr std::uint64_t max_revision = 1'000'000'000'000;

// A change that was announced, and that the store does not have.
struct LostChange {
  VoteGate known;
  std::optional<Question> question{};  // what people were asked in this run; none: unknown
};

// The poll of the store, with a revision above the announced one, so that no one ignores it any longer:
//
//   - Its content stays.
//   - Closed stays closed: if the run is open only here or only there, it is closed.
//   - A run whose opening was lost is open or closed as it was there, if people were asked the same.
//   - If people were asked something else in the run, or if that is unknown and the run was never opened
//     here, the next run begins as a draft, without a schedule. So votes of a run are never counted for
//     another question, also if the poll was opened here since.
//
// Unchanged if the poll has a higher revision. `not_allowed` if there are no more runs, or if the announced
// revision is max_revision or higher.
PollResult<ManagedPoll> recovered(ManagedPoll poll, const LostChange& lost, PollTime now);

// Whether two polls are the same as far as changes have a revision: maker and votes_deleted_at have none.
bool is_same_change(const ManagedPoll& one, const ManagedPoll& other);

}  // namespace pollux::poll
