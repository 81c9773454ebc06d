// CSV (RFC 4180) for spreadsheets, in UTF-8.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace pollux::admin {

inline constexpr std::string_view csv_type = "text/csv; charset=utf-8; header=present";

// Some spreadsheets take a file for UTF-8 only if it begins with this; programs may take it for text.
inline constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";

// A text as a field. It is quoted where RFC 4180 demands it. One that a spreadsheet would take for a formula
// begins with an apostrophe: options come from other people
// (https://owasp.org/www-community/attacks/CSV_Injection).
std::string csv_field(std::string_view text);

// Texts as a line, with its end.
std::string csv_line(std::span<const std::string> texts);

}  // namespace pollux::admin
