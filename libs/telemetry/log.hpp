// The log: one JSON object a line, on standard error.
//
//   log.info("Listening.", {{"listener", "vote"}, {"address", endpoint.text()}});
//   {"time":"2026-01-31T12:00:00.123Z","level":"info","message":"Listening.","listener":"vote","address":"127.0.0.1:8080"}
#pragma once

#include <chrono>
#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <iosfwd>
#include <memory>
#include <string>
#include <string_view>
#include <variant>

namespace pollux::telemetry {

enum class LogLevel { debug, info, warning, error };

// One named value of a line. A view: it holds for the call that it is written in.
class LogField {
 public:
  LogField(std::string_view name, std::string_view value) : name_(name), value_(value) {}
  LogField(std::string_view name, const std::string& value) : name_(name), value_(std::string_view(value)) {}
  LogField(std::string_view name, const char* value) : name_(name), value_(std::string_view(value)) {}
  LogField(std::string_view name, bool value) : name_(name), value_(value) {}
  LogField(std::string_view name, double value) : name_(name), value_(value) {}
  LogField(std::string_view name, std::signed_integral auto value)
      : name_(name), value_(std::int64_t{value}) {}
  LogField(std::string_view name, std::unsigned_integral auto value)
      : name_(name), value_(std::uint64_t{value}) {}
  // In seconds; let the name end in _seconds.
  template <class Rep, class Period>
  LogField(std::string_view name, std::chrono::duration<Rep, Period> value)
      : LogField(name, std::chrono::duration<double>(value).count()) {}

  using Value = std::variant<std::string_view, bool, double, std::int64_t, std::uint64_t>;
  std::string_view name() const { return name_; }
  const Value& value() const { return value_; }

 private:
  std::string_view name_;
  Value value_;
};

using LogFields = std::initializer_list<LogField>;

// Any thread. Texts may come from a client: they are escaped, so that they can neither break a line nor move
// a terminal's cursor, invalid UTF-8 is replaced, and each is cut after `max_text_bytes`. Writing blocks as
// long as standard error does. Never log a voter's id beside a choice.
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

  // For what a client or an outage can repeat without end: at most one line in `repeat_period` for each
  // message; the next one says in "suppressed" how many were left out. The message must be a constant of the
  // program; what varies belongs into the fields.
  void repeated_warning(std::string_view message, LogFields fields = {});

 private:
  class State;

  void write(LogLevel level, std::string_view message, LogFields fields, std::uint64_t suppressed = 0);

  std::unique_ptr<State> state_;
};

}  // namespace pollux::telemetry
