#include "seed-data/report.hpp"

#include <array>
#include <cmath>
#include <utility>

#include <fmt/format.h>

namespace pollux::seed {
namespace {

struct Percentile {
  std::string_view name;
  double share;
};
constexpr std::array<Percentile, 4> percentiles{
    {{"p50", 0.5}, {"p90", 0.9}, {"p99", 0.99}, {"p99.9", 0.999}}};

std::chrono::microseconds in_microseconds(std::chrono::nanoseconds time) {
  return std::chrono::duration_cast<std::chrono::microseconds>(time);
}

std::string accepted_line(const Report& report) {
  const Outcomes& outcomes = report.outcomes;
  std::string line = number_text(outcomes.accepted_in_all());
  line += report.wanted ? " of " + votes_count_text(*report.wanted) + " accepted: " : " votes accepted: ";
  for (std::size_t i = 0; i < report.options.size(); ++i)
    line +=
        fmt::format("{}{} for {}", i == 0 ? "" : ", ", number_text(outcomes.accepted[i]), report.options[i]);
  return line + ".\n";
}

std::string pace_line(const Report& report) {
  const std::string rate =
      number_text(static_cast<std::uint64_t>(std::llround(report.accepted_per_second())));
  std::string line = time_text(in_microseconds(report.elapsed)) + ", " + rate + " votes per second";
  if (report.rate > 0) line += " (" + number_text(report.rate) + " requested)";
  if (report.outcomes.sent_again > 0) line += "; " + number_text(report.outcomes.sent_again) + " retries";
  return line + ".\n";
}

std::string failures_lines(const Report& report) {
  const Outcomes& outcomes = report.outcomes;
  std::string lines;
  for (const auto& [status, count] : outcomes.rejected)
    lines += fmt::format("Rejected with status {}: {}.\n", status, votes_count_text(count));
  if (outcomes.given_up > 0)
    lines += "Given up, not accepted in time: " + votes_count_text(outcomes.given_up) + ".\n";
  if (outcomes.unknown > 0)
    lines +=
        "Sent without a response, may or may not be counted: " + votes_count_text(outcomes.unknown) + ".\n";
  const std::uint64_t tried =
      outcomes.accepted_in_all() + outcomes.rejected_in_all() + outcomes.given_up + outcomes.unknown;
  if (report.wanted && *report.wanted > tried)
    lines += "Never sent: " + votes_count_text(*report.wanted - tried) + ".\n";
  if (!report.last_error.empty() && (!report.complete() || outcomes.sent_again > 0))
    lines += "Last error: " + report.last_error + "\n";
  return lines;
}

std::string latency_line(const Report& report) {
  const LatencyHistogram& latencies = report.outcomes.latencies;
  if (latencies.count() == 0) return "";
  std::string line = report.rate > 0 ? "Latency since a vote was due:" : "Latency since a vote was sent:";
  for (const auto& [name, share] : percentiles)
    line += fmt::format(" {} {},", name, time_text(latencies.at(share)));
  return line + " max " + time_text(latencies.max()) + ".\n";
}

std::string latency_json(const LatencyHistogram& latencies) {
  const auto milliseconds = [](std::chrono::microseconds time) {
    return static_cast<double>(time.count()) / 1e3;
  };
  std::string members;
  for (const auto& [name, share] : percentiles)
    members += fmt::format("\"{}\":{:.3f},", name, milliseconds(latencies.at(share)));
  return fmt::format("{{{}\"max\":{:.3f}}}", members, milliseconds(latencies.max()));
}

using namespace std::chrono_literals;

// Three significant digits.
std::string three_digits(double value) {
  return fmt::format("{:.{}f}", value, value < 9.995 ? 2 : value < 99.95 ? 1 : 0);
}

}  // namespace

bool Report::complete() const {
  const bool none_failed = outcomes.rejected.empty() && outcomes.given_up == 0 && outcomes.unknown == 0;
  return none_failed && (!wanted || outcomes.accepted_in_all() == *wanted);
}

double Report::accepted_per_second() const {
  const double seconds = std::chrono::duration<double>(elapsed).count();
  return seconds > 0 ? static_cast<double>(outcomes.accepted_in_all()) / seconds : 0;
}

std::string summary(const Report& report) {
  return accepted_line(report) + pace_line(report) + failures_lines(report) + latency_line(report);
}

std::string json(const Report& report) {
  const Outcomes& outcomes = report.outcomes;
  std::string by_option;
  for (std::size_t i = 0; i < report.options.size(); ++i)
    by_option += fmt::format("{}\"{}\":{}", i == 0 ? "" : ",", report.options[i], outcomes.accepted[i]);
  std::string by_status;
  for (const auto& [status, count] : outcomes.rejected)
    by_status += fmt::format("{}\"{}\":{}", by_status.empty() ? "" : ",", status, count);
  return fmt::format(
      "{{\"loop\":\"{}\",\"wanted\":{},\"accepted\":{},\"acceptedByOption\":{{{}}},\"rejectedByStatus\":{{{}}"
      "},"
      "\"givenUp\":{},\"unknown\":{},\"sentAgain\":{},\"seconds\":{:.3f},\"perSecond\":{:.1f},"
      "\"latencyMilliseconds\":{}}}",
      report.rate > 0 ? "open" : "closed", report.wanted ? std::to_string(*report.wanted) : "null",
      outcomes.accepted_in_all(), by_option, by_status, outcomes.given_up, outcomes.unknown,
      outcomes.sent_again, std::chrono::duration<double>(report.elapsed).count(),
      report.accepted_per_second(), latency_json(outcomes.latencies));
}

std::string number_text(std::uint64_t number) {
  std::string text = std::to_string(number);
  for (std::size_t end = text.size(); end > 3; end -= 3) text.insert(end - 3, ",");
  return text;
}

std::string time_text(std::chrono::microseconds time) {
  const auto count = static_cast<double>(time.count());
  if (time < 1ms) return fmt::format("{} us", time.count());
  if (time < 1s) return three_digits(count / 1e3) + " ms";
  if (time < 2min) return three_digits(count / 1e6) + " s";
  const auto seconds = std::chrono::round<std::chrono::seconds>(time).count();
  return fmt::format("{} min {} s", seconds / 60, seconds % 60);
}

std::string votes_count_text(std::uint64_t number) {
  return number_text(number) + (number == 1 ? " vote" : " votes");
}

}  // namespace pollux::seed
