#include "seed-data/schedule.hpp"

namespace pollux::seed {

std::optional<Schedule::Turn> Schedule::next(Clock::time_point now) {
  constexpr std::uint64_t nanoseconds_a_second = 1'000'000'000;
  if (pace_.rate == 0 && pace_.time && now >= start_ + *pace_.time) return std::nullopt;
  Turn turn{.vote = next_.fetch_add(1, std::memory_order_relaxed)};
  if (pace_.votes && turn.vote >= *pace_.votes) return std::nullopt;
  if (pace_.rate == 0) return turn;

  // Divided before it is multiplied, so that no number of votes overflows.
  const std::chrono::nanoseconds after((turn.vote / pace_.rate) * nanoseconds_a_second +
                                       (turn.vote % pace_.rate) * nanoseconds_a_second / pace_.rate);
  if (pace_.time && after >= *pace_.time) return std::nullopt;
  turn.due = start_ + after;
  return turn;
}

}  // namespace pollux::seed
