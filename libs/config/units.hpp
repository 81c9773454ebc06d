// Numbers and durations as users write them: "500ms".
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace pollux::config {

// A decimal integer, such as "42" or "-1". nullopt for anything else, including a plus sign and spaces, and
// for a number that does not fit.
std::optional<std::int64_t> parse_integer(std::string_view text);

// A non-negative integer followed by a unit: us, ms, s, m or h. "0" needs no unit. nullopt for anything else,
// such as "1.5s", and beyond the 292 years that nanoseconds can hold.
std::optional<std::chrono::nanoseconds> parse_duration(std::string_view text);

// The reverse: an integer with the largest unit that allows one ("90s", "2m"). `duration` is not negative;
// fractions of a microsecond are dropped.
std::string duration_text(std::chrono::nanoseconds duration);

}  // namespace pollux::config
