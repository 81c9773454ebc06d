// The log: one JSON object a line, on standard error.
//
//   log.info("Listening.", {{"listener", "vote"}, {"address", endpoint.text()}});
//   {"time":"2026-01-31T12:00:00.123Z","level":"info","message":"Listening.","listener":"vote","address":"127.0.0.1:8080"}
#pragma once

#include <chrono>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <iosfwd>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace pollux::telemetry {

class Metrics;

enum class LogLevel { debug, info, warning, error };

// One named value of a line. A view: valid for the call in which it is written.
class LogField {
 public:
  LogField(std::string_view name, std::string_view value) : name_(name), value_(value) {}
  LogField(std::string_view name, const std::string& value) : name_(name), value_(std::string_view(value)) {}
  LogField(std::string_view name, const char* value) : name_(name), value_(std::string_view(value)) {}
  LogField(std::string_view name, bool value) : name_(name), value_(value) {}
  // Left out of the line if there is no value.
  LogField(std::string_view name, std::optional<std::string_view> value) : name_(name) {
    if (value) value_ = *value;
  }
  LogField(std::string_view name, double value) : name_(name), value_(value) {}
  LogField(std::string_view name, std::signed_integral auto value)
      : name_(name), value_(std::int64_t{value}) {}
  LogField(std::string_view name, std::unsigned_integral auto value)
      : name_(name), value_(std::uint64_t{value}) {}
  // In seconds; the name should end in _seconds.
  template <class Rep, class Period>
  LogField(std::string_view name, std::chrono::duration<Rep, Period> value)
      : LogField(name, std::chrono::duration<double>(value).count()) {}

  using Value = std::variant<std::monostate, std::string_view, bool, double, std::int64_t, std::uint64_t>;
  std::string_view name() const { return name_; }
  const Value& value() const { return value_; }

 private:
  std::string_view name_;
  Value value_;
};

using LogFields = std::initializer_list<LogField>;

// For a field that is left out if there is no text.
inline std::optional<std::string_view> if_not_empty(std::string_view text) {
  return text.empty() ? std::nullopt : std::optional(text);
}

// docs/logs.md describes the lines: their fields, and when each level is used.
//
// Any thread. Text may come from clients: it is escaped, so it cannot break a line or control a terminal;
// invalid UTF-8 is replaced; text longer than `max_text_bytes` is truncated. Writing blocks while standard
// error does. Never log a voter's id together with a selection.
class Log {
 public:
  static constexpr std::size_t max_text_bytes = 2048;
  static constexpr std::chrono::seconds repeat_period{10};

  explicit Log(LogLevel level);            // to standard error
  Log(LogLevel level, std::ostream& out);  // to a stream that outlives it
  ~Log();
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;

  void debug(std::string_view message, LogFields fields = {}) { write(LogLevel::debug, message, fields); }
  void info(std::string_view message, LogFields fields = {}) { write(LogLevel::info, message, fields); }
  void warning(std::string_view message, LogFields fields = {}) { write(LogLevel::warning, message, fields); }
  void error(std::string_view message, LogFields fields = {}) { write(LogLevel::error, message, fields); }

  // For conditions that a client or an outage can repeat: at most one line per message and `repeat_period`;
  // the next line counts the suppressed ones in "suppressed". The message must be a constant; put variable
  // parts in the fields.
  void repeated_warning(std::string_view message, LogFields fields = {});
  void repeated_error(std::string_view message, LogFields fields = {});

  // The number of lines written since the start.
  std::uint64_t lines(LogLevel level) const;

 private:
  class State;

  void write(LogLevel level, std::string_view message, LogFields fields, std::uint64_t suppressed = 0);
  void write_repeated(LogLevel level, std::string_view message, LogFields fields);

  std::unique_ptr<State> state_;
};

// Adds pollux_log_lines_total, by level. The log outlives the last Metrics::text().
void observe_log(Metrics& metrics, const Log& log);

// Limits how often the same event is logged. Any thread.
class RepeatLimit {
 public:
  using Clock = std::chrono::steady_clock;

  static constexpr std::size_t max_keys = 1024;

  explicit RepeatLimit(Clock::duration period) : period_(period) {}

  // If an event with this key may be logged now (the first one, then one per period): the number suppressed
  // since the last one. Otherwise none. Keys beyond `max_keys` share one.
  std::optional<std::uint64_t> admit(std::string_view key, Clock::time_point now);

 private:
  struct History {
    Clock::time_point next;
    std::uint64_t suppressed = 0;
  };

  History* find_or_make(std::string_view key);

  const Clock::duration period_;
  std::mutex mutex_;
  std::map<std::string, History, std::less<>> histories_;
};

}  // namespace pollux::telemetry
