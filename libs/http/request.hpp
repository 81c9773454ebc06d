// A request as its handler sees it: complete, validated, within bounds.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "http/ascii.hpp"

namespace pollux::http {

enum class Method { get, head, post, put, patch, delete_, options, other };

// "GET"; "other" for Method::other.
constexpr std::string_view name_of(Method method) {
  switch (method) {
    case Method::get:
      return "GET";
    case Method::head:
      return "HEAD";
    case Method::post:
      return "POST";
    case Method::put:
      return "PUT";
    case Method::patch:
      return "PATCH";
    case Method::delete_:
      return "DELETE";
    case Method::options:
      return "OPTIONS";
    case Method::other:
      break;
  }
  return "other";
}

// The header fields of one message. Names are case-insensitive.
class Headers {
 public:
  virtual ~Headers() = default;
  // The trimmed value of the first field of that name.
  virtual std::optional<std::string_view> find(std::string_view name) const = 0;
  // The same of the field of that name that comes after `n` others.
  virtual std::optional<std::string_view> nth(std::string_view name, std::size_t n) const = 0;
  // The number of fields of that name.
  virtual std::size_t count(std::string_view name) const = 0;
};

// All views point into the connection's buffers. They are valid until the request is answered, as long as a
// copy of its Reply exists.
struct Request {
  Method method = Method::other;
  std::string_view method_name;  // as sent
  std::string_view target;       // as sent: path and query, encoded
  std::string_view path;         // decoded; starts with '/'; no control characters
  std::string_view query;        // after the '?', encoded; see parse_query()
  std::string_view body;
  std::string_view remote_address;  // the client's IP address as text; see ServerOptions::trusted_proxies
  std::string_view id;              // see RequestIds; the response carries it as X-Request-Id
  const Headers* headers = nullptr;
  bool wants_websocket = false;  // a WebSocket upgrade request; its handshake may still be invalid

  std::string_view header(std::string_view name) const { return headers->find(name).value_or(""); }
};

// Calls `take(name, value)` for each cookie in the value of a Cookie field (RFC 6265), in the order sent,
// until it returns true. Browsers send several cookies of one name if they were set for different paths or
// domains, without saying which is which.
template <class Take>
void for_each_cookie(std::string_view field, Take take) {
  while (!field.empty()) {
    const auto pair = cut_until(field, ';');
    const auto equals = pair.find('=');
    if (equals == std::string_view::npos) continue;
    if (take(trim(pair.substr(0, equals)), trim(pair.substr(equals + 1)))) return;
  }
}

// The value of the request's first cookie of that name, as sent.
inline std::optional<std::string_view> find_cookie(const Request& request, std::string_view name) {
  std::optional<std::string_view> found;
  for_each_cookie(request.header("Cookie"), [&](std::string_view each, std::string_view value) {
    if (each != name) return false;
    found = value;
    return true;
  });
  return found;
}

}  // namespace pollux::http
