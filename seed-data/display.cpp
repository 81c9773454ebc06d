#include "seed-data/display.hpp"

#include <algorithm>
#include <cstdlib>
#include <string_view>

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "seed-data/report.hpp"

namespace pollux::seed {
namespace {

using namespace std::chrono_literals;

std::string_view variable(const char* name) {
  const char* const value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe)
  return value == nullptr ? "" : value;
}

using Seconds = std::chrono::duration<double>;

// At the rate so far; none if unknown.
std::optional<std::chrono::microseconds> time_left(const Progress& progress) {
  const double done = share_done(progress);
  if (done <= 0 || done >= 1) return std::nullopt;
  const Seconds left = Seconds(progress.elapsed) * ((1 - done) / done);
  constexpr Seconds longest = std::chrono::hours(24 * 365);
  return std::chrono::duration_cast<std::chrono::microseconds>(std::min(left, longest));
}

}  // namespace

Screen Screen::standard_error() {
  const bool terminal = ::isatty(STDERR_FILENO) == 1 && variable("TERM") != "dumb";
  return {
      .terminal = terminal, .color = terminal && variable("NO_COLOR").empty(), .descriptor = STDERR_FILENO};
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
  screen_.terminal ? overwrite(progress_bar(progress, screen_.columns(), screen_.color))
                   : void(out_ << progress_text(progress) << std::endl);
}

void Display::clear() {
  if (shown_) out_ << "\r\x1b[K" << std::flush;
  shown_ = false;
}

// The first update comes after a pause, too: a short run needs none.
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
  // Rounded down, so that 100 % means all.
  text += fmt::format(", {} %", static_cast<int>(share_done(progress) * 100));
  const double seconds = Seconds(progress.elapsed).count();
  if (seconds > 0) {
    const double rate = static_cast<double>(progress.accepted) / seconds;
    text += ", " + number_text(static_cast<std::uint64_t>(rate)) + " per second";
  }
  if (const auto left = time_left(progress)) text += ", " + time_text(*left) + " left";
  if (progress.waiting > 0) text += ", " + number_text(progress.waiting) + " to be retried";
  return text;
}

std::string progress_bar(const Progress& progress, std::size_t columns, bool color) {
  constexpr std::size_t min_bar = 10;
  constexpr std::size_t max_bar = 40;
  constexpr std::size_t around = 3;  // the brackets and a space
  const std::string text = progress_text(progress);
  if (text.size() + around + min_bar > columns) return text.substr(0, columns);
  const std::size_t length = std::min(columns - text.size() - around, max_bar);
  const auto done = static_cast<std::size_t>(share_done(progress) * static_cast<double>(length));
  const std::string bar = std::string(done, '#');
  return "[" + (color ? "\x1b[32m" + bar + "\x1b[0m" : bar) + std::string(length - done, '.') + "] " + text;
}

}  // namespace pollux::seed
