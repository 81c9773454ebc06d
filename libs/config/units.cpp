#include "config/units.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>

namespace pollux::config {
namespace {

struct Unit {
  std::string_view name;
  std::int64_t nanoseconds;
};

// In descending order.
constexpr std::array units{Unit{"h", 3'600'000'000'000}, Unit{"m", 60'000'000'000}, Unit{"s", 1'000'000'000},
                           Unit{"ms", 1'000'000}, Unit{"us", 1'000}};

}  // namespace

std::optional<std::int64_t> parse_integer(std::string_view text) {
  std::int64_t number = 0;
  const char* const end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || stopped != end) return std::nullopt;
  return number;
}

std::optional<std::chrono::nanoseconds> parse_duration(std::string_view text) {
  if (text == "0") return std::chrono::nanoseconds(0);
  const std::size_t number_end = std::min(text.find_first_not_of("0123456789"), text.size());
  const auto number = parse_integer(text.substr(0, number_end));
  const auto unit = std::ranges::find(units, text.substr(number_end), &Unit::name);
  if (!number || unit == units.end()) return std::nullopt;
  if (*number > std::numeric_limits<std::int64_t>::max() / unit->nanoseconds) return std::nullopt;
  return std::chrono::nanoseconds(*number * unit->nanoseconds);
}

std::string duration_text(std::chrono::nanoseconds duration) {
  if (duration.count() == 0) return "0";
  const auto fits = [&](const Unit& unit) { return duration.count() % unit.nanoseconds == 0; };
  auto unit = std::ranges::find_if(units, fits);
  if (unit == units.end()) --unit;
  return std::to_string(duration.count() / unit->nanoseconds).append(unit->name);
}

}  // namespace pollux::config
