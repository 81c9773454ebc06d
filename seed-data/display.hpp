// What a person sees while a run goes on.
#pragma once

#include <chrono>
#include <ostream>
#include <string>

#include "seed-data/progress.hpp"
#include "seed-data/schedule.hpp"

namespace pollux::seed {

// Where it is shown.
struct Screen {
  bool terminal = false;  // one that can overwrite a line
  bool colour = false;
  int descriptor = -1;  // whose width is asked

  // Standard error: a terminal unless TERM is "dumb", in colour unless NO_COLOR is set
  // (https://no-color.org).
  static Screen standard_error();
  std::size_t columns() const;  // of a terminal, as wide as it is now; 80 where it does not say
};

// On a terminal a bar in one line, redrawn at most ten times a second; elsewhere a line a second. One
// thread.
class Display {
 public:
  Display(std::ostream& out, const Screen& screen) : out_(out), screen_(screen) {}
  ~Display() { clear(); }
  Display(const Display&) = delete;
  Display& operator=(const Display&) = delete;

  // Shows the text, a sentence, or the progress, unless it is too early for something new.
  void waiting(const std::string& text, Clock::time_point now);
  void voting(const Progress& progress, Clock::time_point now);

  // Removes the bar, so that other text can follow.
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
