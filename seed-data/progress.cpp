#include "seed-data/progress.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "seed-data/figures.hpp"

namespace pollux::seed {
namespace {

using Seconds = std::chrono::duration<double>;

// By the pace so far; nothing before there is one.
std::optional<std::chrono::microseconds> time_left(const Progress& progress) {
  const double done = share_done(progress);
  if (done <= 0 || done >= 1) return std::nullopt;
  const Seconds left = Seconds(progress.elapsed) * ((1 - done) / done);
  constexpr Seconds longest = std::chrono::hours(24 * 365);
  return std::chrono::duration_cast<std::chrono::microseconds>(std::min(left, longest));
}

}  // namespace

double share_done(const Progress& progress) {
  const auto share = [](double part, double whole) {
    return whole > 0 ? std::clamp(part / whole, 0.0, 1.0) : 1.0;
  };
  if (progress.wanted)
    return share(static_cast<double>(progress.accepted), static_cast<double>(*progress.wanted));
  return progress.time ? share(Seconds(progress.elapsed).count(), Seconds(*progress.time).count()) : 0;
}

std::string progress_text(const Progress& progress) {
  std::string text = progress.wanted
                         ? number_text(progress.accepted) + " of " + votes_count_text(*progress.wanted)
                         : votes_count_text(progress.accepted);
  // Rounded down: 100 % is said when all are done.
  text += fmt::format(", {} %", static_cast<int>(share_done(progress) * 100));
  const double seconds = Seconds(progress.elapsed).count();
  if (seconds > 0) {
    const double rate = static_cast<double>(progress.accepted) / seconds;
    text += ", " + number_text(static_cast<std::uint64_t>(rate)) + " a second";
  }
  if (const auto left = time_left(progress)) text += ", " + time_text(*left) + " left";
  if (progress.waiting > 0) text += ", " + number_text(progress.waiting) + " to be sent again";
  return text;
}

std::string progress_bar(const Progress& progress, std::size_t columns, bool colour) {
  constexpr std::size_t shortest_bar = 10;
  constexpr std::size_t longest_bar = 40;
  constexpr std::size_t around = 3;  // the brackets and a blank
  const std::string text = progress_text(progress);
  if (text.size() + around + shortest_bar > columns) return text.substr(0, columns);
  const std::size_t length = std::min(columns - text.size() - around, longest_bar);
  const auto done = static_cast<std::size_t>(share_done(progress) * static_cast<double>(length));
  const std::string bar = std::string(done, '#');
  return "[" + (colour ? "\x1b[32m" + bar + "\x1b[0m" : bar) + std::string(length - done, '.') + "] " + text;
}

}  // namespace pollux::seed
