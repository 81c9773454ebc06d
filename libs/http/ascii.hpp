// ASCII text as HTTP uses it: case-insensitive comparison, optional whitespace, tokens and lists
// (RFC 9110, section 5.6).
#pragma once

#include <algorithm>
#include <string_view>

namespace pollux::http {

constexpr char to_lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

constexpr bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
constexpr bool is_hex_digit(char c) {
  return is_digit(c) || (to_lower(c) >= 'a' && to_lower(c) <= 'f');
}
constexpr bool is_alphanumeric(char c) {
  return is_digit(c) || (to_lower(c) >= 'a' && to_lower(c) <= 'z');
}

// True if `text` is not empty and consists of letters, digits and characters of `others`.
constexpr bool consists_of(std::string_view text, std::string_view others) {
  return !text.empty() && std::ranges::all_of(text, [others](char c) {
    return is_alphanumeric(c) || others.find(c) != std::string_view::npos;
  });
}

// A token, such as a field name (RFC 9110, section 5.6.2).
constexpr bool is_token(std::string_view text) {
  return consists_of(text, "!#$%&'*+-.^_`|~");
}

constexpr bool equals_ignoring_case(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return to_lower(x) == to_lower(y); });
}

// Without spaces and tabs at both ends.
constexpr std::string_view trim(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

// Removes everything up to and including the first `separator` from `rest`; returns what was before it,
// trimmed.
constexpr std::string_view cut_until(std::string_view& rest, char separator) {
  const auto end = rest.find(separator);
  const auto piece = rest.substr(0, end);
  rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
  return trim(piece);
}

// True if the comma-separated `list` contains `token`.
constexpr bool has_token(std::string_view list, std::string_view token) {
  while (!list.empty()) {
    if (equals_ignoring_case(cut_until(list, ','), token)) return true;
  }
  return false;
}

}  // namespace pollux::http
