#include "bench/answer.hpp"

#include <charconv>

namespace pollux::bench {
namespace {

constexpr std::string_view line_end = "\r\n";

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

// The value of a header field, whose name is given in lower case with its colon; empty if there is none.
std::string_view field(std::string_view header, std::string_view name) {
  std::size_t line = header.find(line_end);
  while (line != std::string_view::npos) {
    line += line_end.size();
    const std::string_view rest = header.substr(line);
    std::size_t same = 0;
    while (same < name.size() && same < rest.size() && lower(rest[same]) == name[same]) ++same;
    if (same == name.size()) {
      std::string_view value = rest.substr(same, rest.find(line_end) - same);
      while (!value.empty() && value.front() == ' ') value.remove_prefix(1);
      return value;
    }
    line = header.find(line_end, line);
  }
  return {};
}

template <typename Number>
std::optional<Number> number(std::string_view digits) {
  Number value{};
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
  return value;
}

}  // namespace

std::optional<Answer> first_answer(std::string_view received) {
  const std::size_t header_end = received.find("\r\n\r\n");
  if (header_end == std::string_view::npos) return std::nullopt;
  // With the end of its last line, so that every field ends in one.
  const std::string_view header = received.substr(0, header_end + line_end.size());
  const auto body = number<std::size_t>(field(header, "content-length:"));
  const auto status = header.size() > 12 ? number<unsigned>(header.substr(9, 3)) : std::nullopt;
  const std::size_t header_bytes = header_end + 2 * line_end.size();
  if (!body || !status) return Answer{.status = 0, .bytes = header_bytes, .cookie = {}};
  if (received.size() < header_bytes + *body) return std::nullopt;

  const std::string_view cookie = field(header, "set-cookie:");
  return Answer{.status = *status,
                .bytes = header_bytes + *body,
                .cookie = std::string(cookie.substr(0, cookie.find(';')))};
}

}  // namespace pollux::bench
