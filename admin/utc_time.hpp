// Times in the API: RFC 3339, such as "2026-11-27T12:00:00Z".
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace pollux::admin {

// For years of four digits.
std::string utc_text(std::chrono::sys_seconds time);

// Also with an offset from UTC ("2026-11-27T13:00:00+01:00") and with a fraction of a second, which is
// dropped; letters in any case. A leap second is the second that follows it. Nothing for any other text.
std::optional<std::chrono::sys_seconds> parse_utc(std::string_view text);

}  // namespace pollux::admin
