// Numbers and durations as users write them: "500ms".
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace pollux::config {

// A decimal integer with an optional minus sign; none for anything else or out of range.
std::optional<std::int64_t> parse_integer(std::string_view text);

// A non-negative integer with a unit: us, ms, s, m, h. "0" needs none.
std::optional<std::chrono::nanoseconds> parse_duration(std::string_view text);

// With the largest unit that gives an integer; microseconds are the finest.
std::string duration_text(std::chrono::nanoseconds duration);

}  // namespace pollux::config
