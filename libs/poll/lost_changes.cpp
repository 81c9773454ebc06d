#include "poll/lost_changes.hpp"

#include <cstdint>

#include "poll/likeness.hpp"
#include "poll/poll_run.hpp"

namespace pollux::poll {
namespace {

// As a reset does.
PollResult<void> begin_run(ManagedPoll& poll, std::uint32_t run) {
  if (run > max_run) return PollError{PollErrorCode::not_allowed, "The poll has reached its last run."};
  poll.run = run;
  poll.state = PollState::draft;
  poll.opened_at.reset();
  poll.closed_at.reset();
  poll.votes_deleted_at.reset();
  poll.content.schedule = {.opens_at = {}, .closes_at = {}, .zone = poll.content.schedule.zone};
  return {};
}

void close(ManagedPoll& poll, PollTime now) {
  poll.state = PollState::closed;
  poll.closed_at = now;
}

// Whether the votes of the announced run may be for another question than the poll has. What is unknown was
// the same if the run is open or closed here, too.
bool is_for_another_question(const ManagedPoll& poll, const LostChange& lost) {
  if (!lost.question) return !poll.opened_at;
  return compare(poll.content.question, *lost.question) == Likeness::other;
}

// The run was never opened as far as the store knows.
void repeat_opening(ManagedPoll& poll, PollState known, PollTime now) {
  poll.opened_at = now;
  poll.state = PollState::open;
  if (known != PollState::open) close(poll, now);
}

}  // namespace

PollResult<ManagedPoll> recovered(ManagedPoll poll, const LostChange& lost, PollTime now) {
  const VoteGate& known = lost.known;
  if (poll.revision > known.revision) return poll;
  if (known.revision >= max_revision)
    return PollError{PollErrorCode::not_allowed, "The announced revision can't be read, or is too high."};
  poll.revision = known.revision + 1;
  poll.changed_at = now;
  if (poll.state == PollState::archived) return poll;
  if (poll.run < known.run) {
    if (auto begun = begin_run(poll, known.run); !begun) return begun.error();
  }
  if (poll.run > known.run) return poll;
  const bool was_opened = known.state != PollState::draft;
  if (was_opened && is_for_another_question(poll, lost)) {
    if (auto begun = begin_run(poll, poll.run + 1); !begun) return begun.error();
  } else if (was_opened && !poll.opened_at) {
    repeat_opening(poll, known.state, now);
  } else if (poll.state == PollState::open && known.state != PollState::open) {
    close(poll, now);
  }
  return poll;
}

bool is_same_change(const ManagedPoll& one, const ManagedPoll& other) {
  ManagedPoll compared = one;
  compared.maker = other.maker;
  compared.votes_deleted_at = other.votes_deleted_at;
  return compared == other;
}

}  // namespace pollux::poll
