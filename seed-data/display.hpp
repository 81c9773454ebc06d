// The progress of a run on standard error.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <ostream>
#include <string>

#include "seed-data/vote_plan.hpp"

namespace pollux::seed {

struct Progress {
  std::uint64_t accepted = 0;
  std::optional<std::uint64_t> wanted;
  std::optional<std::chrono::nanoseconds> time;  // planned duration
  std::chrono::nanoseconds elapsed{0};
  std::size_t waiting = 0;  // votes waiting for a retry
};

// From 0 to 1: of the votes, or else of the time.
double share_done(const Progress& progress);

// "1,200 of 3,000 votes, 40 %, 12,000 per second, 0.15 s left".
std::string progress_text(const Progress& progress);

// A bar and the text in the given number of columns. Without the bar if there is no room; truncated if
// necessary.
std::string progress_bar(const Progress& progress, std::size_t columns, bool color);

struct Screen {
  bool terminal = false;  // can overwrite a line
  bool color = false;
  int descriptor = -1;  // of the terminal, for its width

  // Standard error: a terminal unless TERM is "dumb", in color unless NO_COLOR is set
  // (https://no-color.org).
  static Screen standard_error();
  std::size_t columns() const;  // the current width of the terminal; 80 if unknown
};

// On a terminal a progress bar, redrawn at most ten times per second; otherwise one line per second. One
// thread.
class Display {
 public:
  Display(std::ostream& out, const Screen& screen) : out_(out), screen_(screen) {}
  ~Display() { clear(); }
  Display(const Display&) = delete;
  Display& operator=(const Display&) = delete;

  // Shows the text or the progress, unless the last update was too recent.
  void waiting(const std::string& text, Clock::time_point now);
  void voting(const Progress& progress, Clock::time_point now);

  // Erases the bar, so that other text can follow.
  void clear();

 private:
  bool is_time(Clock::time_point now);
  void overwrite(const std::string& line);

  std::ostream& out_;
  const Screen screen_;
  Clock::time_point next_;
  bool shown_ = false;
};

}  // namespace pollux::seed
