#include "bench/http_client.hpp"

#include <array>
#include <charconv>
#include <stdexcept>

#include <fcntl.h>

namespace pollux::bench {
namespace {

constexpr std::string_view line_end = "\r\n";

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

// The value of a header field; empty if there is none. `name` is in lower case, with its colon.
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

std::optional<Response> first_response(std::string_view received) {
  const std::size_t header_end = received.find("\r\n\r\n");
  if (header_end == std::string_view::npos) return std::nullopt;
  // Includes the end of the last line, so that every field ends in one.
  const std::string_view header = received.substr(0, header_end + line_end.size());
  const auto body = number<std::size_t>(field(header, "content-length:"));
  const auto status = header.size() > 12 ? number<unsigned>(header.substr(9, 3)) : std::nullopt;
  const std::size_t header_bytes = header_end + 2 * line_end.size();
  if (!body || !status) return Response{.status = 0, .bytes = header_bytes, .cookie = {}};
  if (received.size() < header_bytes + *body) return std::nullopt;

  const std::string_view cookie = field(header, "set-cookie:");
  return Response{.status = *status,
                  .bytes = header_bytes + *body,
                  .cookie = std::string(cookie.substr(0, cookie.find(';')))};
}

std::string request_to(const Target& target, std::string_view cookie, char option) {
  const bool post = target.method == Method::post;
  std::string request = (post ? "POST " : "GET ") + target.path +
                        " HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(target.port) +
                        "\r\nUser-Agent: pollux-bench\r\nAccept: text/html\r\n";
  if (!cookie.empty()) request.append("Cookie: ").append(cookie).append("\r\n");
  if (post) request += "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 6\r\n";
  request += "\r\n";
  if (post) request.append("vote=").push_back(option);
  return request;
}

HttpConnection::HttpConnection(std::uint16_t port) : socket_(connect_from(1, port)) {
  set_no_delay(socket_.get());
  checked(::fcntl(socket_.get(), F_SETFL, O_NONBLOCK), "fcntl");
}

void HttpConnection::send(std::string_view request) {
  send_all(socket_.get(), request);
}

HttpConnection::Progress HttpConnection::receive() {
  std::array<char, 64 * 1024> buffer;
  const ssize_t got = ::recv(socket_.get(), buffer.data(), buffer.size(), 0);
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return Progress::waiting;
  if (got <= 0) throw std::runtime_error("The server closed a connection.");
  received_.append(buffer.data(), static_cast<std::size_t>(got));

  auto response = first_response(received_);
  if (!response) {
    if (received_.size() > max_response_bytes) throw std::runtime_error("A response is larger than 256 kB.");
    return Progress::waiting;
  }
  if (response->bytes != received_.size()) throw std::runtime_error("Unexpected bytes follow a response.");
  received_.clear();
  response_ = std::move(*response);
  return Progress::answered;
}

}  // namespace pollux::bench
