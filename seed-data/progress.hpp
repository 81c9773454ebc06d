// How far a run has come, in one line.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace pollux::seed {

struct Progress {
  std::uint64_t accepted = 0;
  std::optional<std::uint64_t> wanted;
  std::optional<std::chrono::nanoseconds> time;  // how long it is to take
  std::chrono::nanoseconds elapsed{0};
  std::size_t waiting = 0;  // votes that were not taken and will be sent again
};

// From 0 to 1: of the votes, else of the time.
double share_done(const Progress& progress);

// "1,200 of 3,000 votes, 40 %, 12,000 a second, 0.15 s left", with what waits.
std::string progress_text(const Progress& progress);

// The text after a bar that fills the rest of a terminal of so many columns; without the bar where there is
// no room for it, and cut where there is none for the text.
std::string progress_bar(const Progress& progress, std::size_t columns, bool colour);

}  // namespace pollux::seed
