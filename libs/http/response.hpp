// A response, and how its head is written. The server adds Date, Content-Length or Transfer-Encoding,
// Connection and the security headers.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "http/body_stream.hpp"

namespace pollux::http {

// Bytes to send: owned, shared between responses, or static. Never copied on the way to the socket.
class Body {
 public:
  Body() = default;
  Body(std::string owned) : bytes_(std::move(owned)) {}                           // NOLINT(*-explicit-*)
  Body(const char* text) : bytes_(std::string(text)) {}                           // NOLINT(*-explicit-*)
  Body(std::shared_ptr<const std::string> shared) : bytes_(std::move(shared)) {}  // NOLINT(*-explicit-*)
  // `bytes` live as long as the program.
  static Body of_static(std::string_view bytes) {
    Body body;
    body.bytes_ = bytes;
    return body;
  }

  std::string_view view() const;

 private:
  std::variant<std::string, std::shared_ptr<const std::string>, std::string_view> bytes_;
};

struct Header {
  std::string name;
  std::string value;
};

struct Response {
  unsigned status = 200;
  std::vector<Header> headers;
  Body body;
  bool close = false;  // close the connection after this response
  // If there is one, it makes the body, in place of `body`. HTTP/1.1 clients get it in chunks; for HTTP/1.0
  // it ends with the connection.
  std::shared_ptr<BodyStream> stream{};

  Response& set(std::string name, std::string value);  // adds a header field
};

using ResponseBuilder = std::function<Response()>;

Response text(unsigned status, std::string message);  // text/plain; charset=utf-8
Response html(unsigned status, Body page);            // text/html; charset=utf-8
Response json(unsigned status, Body document_text);   // application/json

// A cookie to set (RFC 6265).
struct Cookie {
  std::string name;
  std::string value;  // cookie-octets only
  std::string path = "/";
  std::optional<std::chrono::seconds> max_age;  // none: until the browser's session ends
  bool http_only = true;
  bool secure = false;
  std::string same_site = "Lax";

  std::string header_value() const;  // for Set-Cookie
};

// An error that the server sends without calling the handler. All views are static.
struct ErrorResponse {
  unsigned status = 400;
  std::string_view message;
  // Additional header fields: name and value.
  std::span<const std::pair<std::string_view, std::string_view>> fields = {};
};

// Header fields of every response; a response that sets one of them itself keeps its own.
// X-Content-Type-Options: nosniff is always sent.
struct SecurityHeaders {
  std::string content_security_policy =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
      "form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
  std::string permissions_policy = "camera=(), geolocation=(), microphone=(), payment=(), usb=()";
  std::string referrer_policy = "same-origin";
  std::string strict_transport_security{};  // RFC 6797; empty: not sent, because it applies to the whole host
};

// The security headers, serialized once for all responses.
class SecurityFields {
 public:
  explicit SecurityFields(const SecurityHeaders& headers);

  // Appends the fields that the response does not set itself.
  void append_to(std::string& out, const Response& response) const;

 private:
  struct Field {
    std::string name;
    std::string line;  // "name: value\r\n"
  };
  std::vector<Field> fields_;
  std::string all_;
};

// Appends the status line, the header fields and the empty line. `date` is the value of the Date field,
// `request_id` that of X-Request-Id.
void append_head(std::string& out, const Response& response, const SecurityFields& security,
                 std::string_view date, std::string_view request_id, bool keep_alive);

// "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110, section 5.6.7).
std::string http_date(std::chrono::system_clock::time_point time);

}  // namespace pollux::http
