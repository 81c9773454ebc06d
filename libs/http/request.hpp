// A request as its handler sees it: checked, bounded, complete.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace pollux::http {

enum class Method { get, head, post, put, patch, delete_, options, other };

// The header fields of one message. Names are compared without case.
class Headers {
 public:
  virtual ~Headers() = default;
  // The value of the first field of that name, without surrounding blanks; nothing where there is none.
  virtual std::optional<std::string_view> find(std::string_view name) const = 0;
  // How many fields have that name.
  virtual std::size_t count(std::string_view name) const = 0;
};

// Everything here is a view into the connection's buffers and holds until the request is answered, as long as
// a copy of its Reply lives; copy what must live longer.
struct Request {
  Method method = Method::other;
  std::string_view method_name;  // as sent
  std::string_view target;       // as sent: path and query, still encoded
  std::string_view path;         // decoded; starts with '/'; no control characters
  std::string_view query;        // after the '?', still encoded; see query.hpp
  std::string_view body;
  std::string_view remote_address;  // the peer's IP address in text
  const Headers* headers = nullptr;
  bool wants_websocket = false;  // an upgrade request for WebSocket, whether or not a valid one

  std::string_view header(std::string_view name) const { return headers->find(name).value_or(""); }
};

}  // namespace pollux::http
