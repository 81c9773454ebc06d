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

// The run is that of the gate, and was never opened as far as the store knows.
PollResult<void> repeat_opening(ManagedPoll& poll, const LostChange& lost, PollTime now) {
  if (!lost.question || compare(poll.content.question, *lost.question) == Likeness::other) {
    return begin_run(poll, poll.run + 1);
  }
  poll.opened_at = now;
  poll.state = PollState::open;
  if (lost.known.state != PollState::open) close(poll, now);
  return {};
}

}  // namespace

PollResult<ManagedPoll> recovered(ManagedPoll poll, const LostChange& lost, PollTime now) {
  const VoteGate& known = lost.known;
  if (poll.revision > known.revision) return poll;
  poll.revision = known.revision + 1;
  poll.changed_at = now;
  if (poll.state == PollState::archived) return poll;
  if (poll.run < known.run) {
    if (auto begun = begin_run(poll, known.run); !begun) return begun.error();
  }
  if (poll.run > known.run) return poll;
  if (!poll.opened_at && known.state != PollState::draft) {
    if (auto done = repeat_opening(poll, lost, now); !done) return done.error();
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
