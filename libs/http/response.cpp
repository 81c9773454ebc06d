#include "http/response.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <ctime>
#include <iterator>

#include "http/ascii.hpp"
#include "http/request_id.hpp"

namespace pollux::http {
namespace {

Response document(unsigned status, const char* media_type, Body body) {
  Response response;
  response.status = status;
  response.headers.reserve(8);  // enough for most responses
  response.set("Content-Type", media_type);
  response.body = std::move(body);
  return response;
}

// RFC 9110, section 15, and RFC 6585; sorted by status.
constexpr std::pair<unsigned, std::string_view> reason_phrases[] = {
    {100, "Continue"},
    {101, "Switching Protocols"},
    {200, "OK"},
    {201, "Created"},
    {202, "Accepted"},
    {204, "No Content"},
    {301, "Moved Permanently"},
    {302, "Found"},
    {303, "See Other"},
    {304, "Not Modified"},
    {307, "Temporary Redirect"},
    {308, "Permanent Redirect"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {406, "Not Acceptable"},
    {408, "Request Timeout"},
    {409, "Conflict"},
    {410, "Gone"},
    {411, "Length Required"},
    {412, "Precondition Failed"},
    {413, "Content Too Large"},
    {414, "URI Too Long"},
    {415, "Unsupported Media Type"},
    {417, "Expectation Failed"},
    {421, "Misdirected Request"},
    {422, "Unprocessable Content"},
    {426, "Upgrade Required"},
    {428, "Precondition Required"},
    {429, "Too Many Requests"},
    {431, "Request Header Fields Too Large"},
    {500, "Internal Server Error"},
    {501, "Not Implemented"},
    {502, "Bad Gateway"},
    {503, "Service Unavailable"},
    {504, "Gateway Timeout"},
    {505, "HTTP Version Not Supported"},
};

// Empty for a status that is not in the table.
std::string_view reason_phrase(unsigned status) {
  const auto* const found =
      std::ranges::lower_bound(reason_phrases, status, {}, [](const auto& row) { return row.first; });
  return found != std::end(reason_phrases) && found->first == status ? found->second : "";
}

void append_number(std::string& out, std::size_t number) {
  std::array<char, 20> digits;
  const auto [end, failed] = std::to_chars(digits.data(), digits.data() + digits.size(), number);
  out.append(digits.data(), end);
}

// A line break in a value would let its author inject header fields, so it becomes a space.
void append_value(std::string& out, std::string_view value) {
  const auto start = out.size();
  out.append(value);
  // Without an early exit, so that the compiler can vectorize the loop; control characters are rare.
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

std::string_view Body::view() const {
  struct View {
    std::string_view operator()(const std::string& owned) const { return owned; }
    std::string_view operator()(std::string_view bytes) const { return bytes; }
    std::string_view operator()(const std::shared_ptr<const std::string>& shared) const {
      return shared ? std::string_view(*shared) : std::string_view();
    }
  };
  return std::visit(View{}, bytes_);
}

Response& Response::set(std::string name, std::string value) {
  headers.push_back({std::move(name), std::move(value)});
  return *this;
}

Response text(unsigned status, std::string message) {
  return document(status, "text/plain; charset=utf-8", std::move(message));
}

Response html(unsigned status, Body page) {
  return document(status, "text/html; charset=utf-8", std::move(page));
}

Response json(unsigned status, Body document_text) {
  return document(status, "application/json", std::move(document_text));
}

std::string Cookie::header_value() const {
  std::string text = name + "=" + value + "; Path=" + path;
  if (max_age) text += "; Max-Age=" + std::to_string(max_age->count());
  if (http_only) text += "; HttpOnly";
  if (secure) text += "; Secure";
  if (!same_site.empty()) text += "; SameSite=" + same_site;
  return text;
}

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
  add("Cross-Origin-Opener-Policy", "same-origin");  // browsers heed it over TLS and on this machine
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
                 std::string_view date, std::string_view request_id, bool keep_alive) {
  out.append("HTTP/1.1 ");
  append_number(out, response.status);
  out.append(" ").append(reason_phrase(response.status)).append("\r\n");
  out.append("Date: ").append(date).append("\r\n");
  out.append(request_id_field).append(": ").append(request_id).append("\r\n");
  out.append(keep_alive ? "Connection: keep-alive\r\n" : "Connection: close\r\n");
  // A response without a body has no Content-Length (RFC 9110, section 8.6), and a stream no known one.
  if (response.status != 204 && response.status != 304 && !response.stream) {
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
  // Names are English: the programs stay in the "C" locale.
  const auto size = std::strftime(text.data(), text.size(), "%a, %d %b %Y %H:%M:%S GMT", &parts);
  return {text.data(), size};
}

}  // namespace pollux::http
