// What must have happened at least once in a run of many histories. A simulator that never takes a branch
// proves nothing about it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace pollux::simulation {

enum class Branch : std::size_t {
  request_lost,
  answer_lost,
  answer_late,
  vote_duplicated,
  votes_overtaken,
  vote_not_open,
  vote_closed,
  vote_of_another_run,
  vote_already_cast,
  votes_during_close,
  connection_cut_before,
  connection_cut_within,
  connection_cut_after,
  commands_late,
  redis_refused,
  redis_restarted,
  redis_forgot,
  redis_rejected,
  redis_clock_set_back,
  database_refused,
  database_slow,
  database_forgot,
  poll_change_forgotten,
  lost_change_recovered,
  commit_answer_lost,
  killed_between_steps,
  killed_in_a_call,
  killed_before_commit,
  killed_after_commit,
  stopped_in_order,
  votes_given_back,
  entries_redelivered,
  entries_reclaimed,
  older_vote_ignored,
  batch_released,
  several_workers_recorded,
  dead_letter_written,
  newer_format_left,
  newer_format_read,
  close_answered,
  change_not_announced,
  gates_reconciled,
  hint_lost,
  hint_duplicated,
  publish_failed,
  count  // not a branch
};

inline constexpr std::size_t branch_count = static_cast<std::size_t>(Branch::count);

std::string_view name_of(Branch branch);

// How often each branch was taken.
class Coverage {
 public:
  void take(Branch branch) { ++taken_[static_cast<std::size_t>(branch)]; }
  std::uint64_t taken(Branch branch) const { return taken_[static_cast<std::size_t>(branch)]; }
  std::vector<Branch> missing() const;

 private:
  std::array<std::uint64_t, branch_count> taken_{};
};

}  // namespace pollux::simulation
