#include "http/request_syntax.hpp"

#include <algorithm>

#include "http/ascii.hpp"

namespace pollux::http {
namespace {

constexpr ErrorResponse folded_line{400, "A header field goes over more than one line.\n"};
constexpr ErrorResponse bad_request_line{
    400, "The first line is not a method, an address and a version with one space between each.\n"};

bool is_version(std::string_view text) {
  return text.size() == 8 && text.starts_with("HTTP/") && is_digit(text[5]) && text[6] == '.' &&
         is_digit(text[7]);
}

std::optional<ErrorResponse> check_request_line(std::string_view line) {
  const auto first = line.find(' ');
  const auto last = line.rfind(' ');
  if (first == std::string_view::npos || first == 0 || last <= first + 1) return bad_request_line;
  if (line.find('\r') != std::string_view::npos) return bad_request_line;
  const auto version = line.substr(last + 1);
  const auto target = line.substr(first + 1, last - first - 1);
  if (!is_version(version) || target.find(' ') != std::string_view::npos) return bad_request_line;
  if (version[5] != '1') return ErrorResponse{505, "Please use HTTP/1.1.\n"};
  return std::nullopt;
}

}  // namespace

std::optional<ErrorResponse> check_lines(std::string_view head) {
  bool is_first = true;
  std::size_t begin = 0;
  for (;;) {
    const auto end = head.find('\n', begin);
    if (end == std::string_view::npos) return std::nullopt;
    if (end == begin || head[end - 1] != '\r') return bare_line_feed;
    if (head[begin] == ' ' || head[begin] == '\t') return is_first ? bad_request_line : folded_line;
    if (is_first) {
      if (auto error = check_request_line(head.substr(begin, end - 1 - begin))) return error;
      is_first = false;
    }
    begin = end + 1;
  }
}

bool has_bare_line_feed(std::string_view head, std::size_t from) {
  for (auto at = head.find('\n', from); at != std::string_view::npos; at = head.find('\n', at + 1)) {
    if (at == 0 || head[at - 1] != '\r') return true;
  }
  return false;
}

std::size_t minor_version_position(std::string_view head) {
  return head.find("\r\n") - 1;
}

bool is_host_and_port(std::string_view text) {
  std::size_t end_of_host = 0;
  if (text.starts_with('[')) {  // an IPv6 address
    const auto closing = text.find(']');
    if (closing == std::string_view::npos) return false;
    const auto address = text.substr(1, closing - 1);
    const bool is_address = !address.empty() && std::ranges::all_of(address, [](char c) {
      return is_hex_digit(c) || c == ':' || c == '.';
    });
    if (!is_address) return false;
    end_of_host = closing + 1;
  } else {
    end_of_host = std::min(text.find(':'), text.size());
    if (!consists_of(text.substr(0, end_of_host), "-._~%!$&'()*+,;=")) return false;
  }
  const auto port = text.substr(end_of_host);
  return port.empty() || (port.front() == ':' && std::ranges::all_of(port.substr(1), is_digit));
}

}  // namespace pollux::http
