#include "seed-data/display.hpp"

#include <cstdlib>
#include <string_view>

#include <sys/ioctl.h>
#include <unistd.h>

namespace pollux::seed {
namespace {

using namespace std::chrono_literals;

std::string_view variable(const char* name) {
  const char* const value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe)
  return value == nullptr ? "" : value;
}

}  // namespace

Screen Screen::standard_error() {
  const bool terminal = ::isatty(STDERR_FILENO) == 1 && variable("TERM") != "dumb";
  return {
      .terminal = terminal, .colour = terminal && variable("NO_COLOR").empty(), .descriptor = STDERR_FILENO};
}

std::size_t Screen::columns() const {
  winsize size{};
  return ::ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

void Display::waiting(const std::string& text, Clock::time_point now) {
  if (!is_time(now)) return;
  screen_.terminal ? overwrite(text.substr(0, screen_.columns())) : void(out_ << text << std::endl);
}

void Display::voting(const Progress& progress, Clock::time_point now) {
  if (!is_time(now)) return;
  screen_.terminal ? overwrite(progress_bar(progress, screen_.columns(), screen_.colour))
                   : void(out_ << progress_text(progress) << std::endl);
}

void Display::clear() {
  if (shown_) out_ << "\r\x1b[K" << std::flush;
  shown_ = false;
}

// The first line comes after the pause too: a run that is over by then needs none.
bool Display::is_time(Clock::time_point now) {
  const auto pause = screen_.terminal ? Clock::duration(100ms) : Clock::duration(1s);
  if (next_ == Clock::time_point()) next_ = now + pause;
  if (now < next_) return false;
  next_ = now + pause;
  return true;
}

void Display::overwrite(const std::string& line) {
  out_ << "\r\x1b[K" << line << std::flush;
  shown_ = true;
}

}  // namespace pollux::seed
