#include "config/units.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <span>

namespace pollux::config {
namespace {

struct Unit {
  std::string_view name;
  std::int64_t size;
};

// From large to small.
constexpr std::array duration_units{Unit{"h", 3'600'000'000'000}, Unit{"m", 60'000'000'000},
                                    Unit{"s", 1'000'000'000}, Unit{"ms", 1'000'000}, Unit{"us", 1'000}};
constexpr std::array bytes_units{Unit{"GiB", 1 << 30}, Unit{"MiB", 1 << 20}, Unit{"KiB", 1 << 10},
                                 Unit{"B", 1}};

std::optional<std::int64_t> parse_with_unit(std::string_view text, std::span<const Unit> units) {
  const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
  const auto number = parse_whole_number(text.substr(0, digits));
  if (!number) return std::nullopt;
  const std::string_view name = text.substr(digits);
  const auto unit = std::ranges::find(units, name, &Unit::name);
  if (unit == units.end()) return std::nullopt;
  if (*number > std::numeric_limits<std::int64_t>::max() / unit->size) return std::nullopt;
  return *number * unit->size;
}

}  // namespace

std::optional<std::int64_t> parse_whole_number(std::string_view text) {
  std::int64_t number = 0;
  const char* const end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || stopped != end) return std::nullopt;
  return number;
}

std::optional<std::chrono::nanoseconds> parse_duration(std::string_view text) {
  if (text == "0") return std::chrono::nanoseconds(0);
  const auto nanoseconds = parse_with_unit(text, duration_units);
  if (!nanoseconds) return std::nullopt;
  return std::chrono::nanoseconds(*nanoseconds);
}

std::string duration_text(std::chrono::nanoseconds duration) {
  if (duration.count() == 0) return "0";
  const auto fits = [&](const Unit& unit) { return duration.count() % unit.size == 0; };
  auto unit = std::ranges::find_if(duration_units, fits);
  if (unit == duration_units.end()) --unit;
  return std::to_string(duration.count() / unit->size).append(unit->name);
}

std::optional<std::int64_t> parse_bytes(std::string_view text) {
  if (!text.empty() && text.find_first_not_of("0123456789") == text.npos) return parse_whole_number(text);
  return parse_with_unit(text, bytes_units);
}

std::string bytes_text(std::int64_t bytes) {
  const auto fits = [&](const Unit& unit) { return bytes != 0 && bytes % unit.size == 0 && unit.size > 1; };
  const auto unit = std::ranges::find_if(bytes_units, fits);
  if (unit == bytes_units.end()) return std::to_string(bytes);
  return std::to_string(bytes / unit->size).append(unit->name);
}

}  // namespace pollux::config
