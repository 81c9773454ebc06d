#include "telemetry/log.hpp"

#include <array>
#include <atomic>
#include <cmath>
#include <iterator>
#include <utility>

#include <fmt/format.h>
#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include "base/json_text.hpp"
#include "telemetry/metrics.hpp"

namespace pollux::telemetry {
namespace {

constexpr std::array levels{LogLevel::debug, LogLevel::info, LogLevel::warning, LogLevel::error};

spdlog::level::level_enum to_spdlog(LogLevel level) {
  switch (level) {
    case LogLevel::debug:
      return spdlog::level::debug;
    case LogLevel::info:
      return spdlog::level::info;
    case LogLevel::warning:
      return spdlog::level::warn;
    case LogLevel::error:
      return spdlog::level::err;
  }
  return spdlog::level::info;
}

struct AppendValue {
  std::string& out;

  void operator()(std::monostate) const {}  // append_field() leaves it out
  void operator()(std::string_view text) const { append_json_string(out, text, Log::max_text_bytes); }
  void operator()(bool value) const { out += value ? "true" : "false"; }
  void operator()(double value) const {
    if (std::isfinite(value)) {
      fmt::format_to(std::back_inserter(out), "{}", value);
    } else {
      out += "null";  // JSON has no infinity and no NaN
    }
  }
  void operator()(std::int64_t value) const { fmt::format_to(std::back_inserter(out), "{}", value); }
  void operator()(std::uint64_t value) const { fmt::format_to(std::back_inserter(out), "{}", value); }
};

void append_field(std::string& out, const LogField& field) {
  if (std::holds_alternative<std::monostate>(field.value())) return;
  out += ',';
  append_json_string(out, field.name(), Log::max_text_bytes);
  out += ':';
  std::visit(AppendValue{out}, field.value());
}

// The start of each line; the rest of the object is spdlog's message.
constexpr const char* pattern = R"({"time":"%Y-%m-%dT%H:%M:%S.%eZ","level":"%l",%v})";

}  // namespace

class Log::State {
 public:
  State(LogLevel level, spdlog::sink_ptr sink) : logger_("pollux", std::move(sink)) {
    logger_.set_level(to_spdlog(level));
    logger_.set_pattern(pattern, spdlog::pattern_time_type::utc);
    logger_.flush_on(spdlog::level::trace);
  }

  spdlog::logger& logger() { return logger_; }
  RepeatLimit& repeats() { return repeats_; }
  std::atomic<std::uint64_t>& lines(LogLevel level) { return lines_.at(static_cast<std::size_t>(level)); }

 private:
  spdlog::logger logger_;
  RepeatLimit repeats_{repeat_period};
  std::array<std::atomic<std::uint64_t>, levels.size()> lines_{};
};

Log::Log(LogLevel level)
    : state_(std::make_unique<State>(level, std::make_shared<spdlog::sinks::stderr_sink_mt>())) {}

Log::Log(LogLevel level, std::ostream& out)
    : state_(std::make_unique<State>(level, std::make_shared<spdlog::sinks::ostream_sink_mt>(out))) {}

Log::~Log() = default;

void Log::repeated_warning(std::string_view message, LogFields fields) {
  write_repeated(LogLevel::warning, message, fields);
}

void Log::repeated_error(std::string_view message, LogFields fields) {
  write_repeated(LogLevel::error, message, fields);
}

std::uint64_t Log::lines(LogLevel level) const {
  return state_->lines(level);
}

void Log::write_repeated(LogLevel level, std::string_view message, LogFields fields) {
  const auto suppressed = state_->repeats().admit(message, RepeatLimit::Clock::now());
  if (suppressed) write(level, message, fields, *suppressed);
}

void Log::write(LogLevel level, std::string_view message, LogFields fields, std::uint64_t suppressed) {
  spdlog::logger& logger = state_->logger();
  if (!logger.should_log(to_spdlog(level))) return;
  ++state_->lines(level);
  std::string line = "\"message\":";
  append_json_string(line, message, max_text_bytes);
  for (const LogField& field : fields) append_field(line, field);
  if (suppressed > 0) append_field(line, {"suppressed", suppressed});
  logger.log(to_spdlog(level), spdlog::string_view_t(line.data(), line.size()));
}

void observe_log(Metrics& metrics, const Log& log) {
  for (const LogLevel level : levels) {
    const auto name = spdlog::level::to_string_view(to_spdlog(level));  // as in the lines
    metrics.observed_counter("pollux_log_lines_total", "Lines written to the log, by level.",
                             {{"level", std::string(name.data(), name.size())}},
                             [&log, level] { return static_cast<double>(log.lines(level)); });
  }
}

RepeatLimit::History* RepeatLimit::find_or_make(std::string_view key) {
  const auto known = histories_.find(key);
  if (known != histories_.end()) return &known->second;
  if (histories_.size() >= max_keys) key = "";
  return &histories_.try_emplace(std::string(key), History{Clock::time_point::min()}).first->second;
}

std::optional<std::uint64_t> RepeatLimit::admit(std::string_view key, Clock::time_point now) {
  const std::lock_guard lock(mutex_);
  History* const history = find_or_make(key);
  if (now < history->next) {
    ++history->suppressed;
    return std::nullopt;
  }
  history->next = now + period_;
  return std::exchange(history->suppressed, 0);
}

}  // namespace pollux::telemetry
