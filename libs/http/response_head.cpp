#include "http/response_head.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <ctime>

#include "http/ascii.hpp"

namespace pollux::http {
namespace {

void append_number(std::string& out, std::size_t number) {
  std::array<char, 20> digits;
  const auto [end, failed] = std::to_chars(digits.data(), digits.data() + digits.size(), number);
  out.append(digits.data(), end);
}

// A line break in a value would let its author forge further fields, so it becomes a blank.
void append_value(std::string& out, std::string_view value) {
  const auto start = out.size();
  out.append(value);
  // Of all bytes at a time, where the compiler can: it is hardly ever so.
  bool has_controls = false;
  for (const char c : value) has_controls |= static_cast<unsigned char>(c) < ' ';
  if (!has_controls) return;
  std::replace_if(
      out.begin() + static_cast<std::ptrdiff_t>(start), out.end(),
      [](char c) { return c == '\r' || c == '\n' || c == '\0'; }, ' ');
}

void append_field(std::string& out, std::string_view name, std::string_view value) {
  append_value(out, name);
  out.append(": ");
  append_value(out, value);
  out.append("\r\n");
}

bool sets(const Response& response, std::string_view name) {
  return std::ranges::any_of(
      response.headers, [name](const Header& header) { return equals_ignoring_case(header.name, name); });
}

}  // namespace

SecurityFields::SecurityFields(const SecurityHeaders& headers) {
  const auto add = [this](std::string name, const std::string& value) {
    if (value.empty()) return;
    Field field{std::move(name), {}};
    append_field(field.line, field.name, value);
    all_ += field.line;
    fields_.push_back(std::move(field));
  };
  add("X-Content-Type-Options", "nosniff");
  add("Content-Security-Policy", headers.content_security_policy);
  add("Permissions-Policy", headers.permissions_policy);
  add("Referrer-Policy", headers.referrer_policy);
  add("Strict-Transport-Security", headers.strict_transport_security);
}

void SecurityFields::append_to(std::string& out, const Response& response) const {
  const bool sets_some =
      std::ranges::any_of(fields_, [&](const Field& field) { return sets(response, field.name); });
  if (!sets_some) {
    out.append(all_);
    return;
  }
  for (const auto& field : fields_) {
    if (!sets(response, field.name)) out.append(field.line);
  }
}

void append_head(std::string& out, const Response& response, const SecurityFields& security,
                 std::string_view date, bool keep_alive) {
  out.append("HTTP/1.1 ");
  append_number(out, response.status);
  out.append(" ").append(reason_phrase(response.status)).append("\r\n");
  out.append("Date: ").append(date).append("\r\n");
  out.append(keep_alive ? "Connection: keep-alive\r\n" : "Connection: close\r\n");
  // An answer without a body has no length either (RFC 9110, section 8.6).
  if (response.status != 204 && response.status != 304) {
    out.append("Content-Length: ");
    append_number(out, response.body.view().size());
    out.append("\r\n");
  }
  for (const auto& header : response.headers) append_field(out, header.name, header.value);
  security.append_to(out, response);
  out.append("\r\n");
}

std::string http_date(std::chrono::system_clock::time_point time) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  std::array<char, 64> text;
  // Names in English whatever the locale: the programs never leave the "C" locale.
  const auto size = std::strftime(text.data(), text.size(), "%a, %d %b %Y %H:%M:%S GMT", &parts);
  return {text.data(), size};
}

}  // namespace pollux::http
