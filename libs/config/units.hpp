// Durations and sizes as people write them: "500ms", "64KiB".
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace pollux::config {

// A whole number, with a sign or without. Nothing where it is anything else or out of range.
std::optional<std::int64_t> parse_whole_number(std::string_view text);

// A whole number not below 0 with one of the units us, ms, s, m, h; "0" needs none.
std::optional<std::chrono::nanoseconds> parse_duration(std::string_view text);

// With the largest unit that leaves a whole number; microseconds are the finest.
std::string duration_text(std::chrono::nanoseconds duration);

// A whole number not below 0, with one of the units B, KiB, MiB, GiB or without.
std::optional<std::int64_t> parse_bytes(std::string_view text);

// With the largest unit that leaves a whole number; plain bytes without unit.
std::string bytes_text(std::int64_t bytes);

}  // namespace pollux::config
