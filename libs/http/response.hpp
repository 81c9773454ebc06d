// An answer. The server adds Date, Content-Length, Connection and the security headers.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace pollux::http {

// Bytes to send: owned, shared between answers, or static for the life of the program. Never copied on its
// way out.
class Body {
 public:
  Body() = default;
  Body(std::string owned) : bytes_(std::move(owned)) {}                           // NOLINT(*-explicit-*)
  Body(const char* text) : bytes_(std::string(text)) {}                           // NOLINT(*-explicit-*)
  Body(std::shared_ptr<const std::string> shared) : bytes_(std::move(shared)) {}  // NOLINT(*-explicit-*)
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
  bool close = false;  // end the connection after this answer

  Response& set(std::string name, std::string value);  // one more header field
};

Response text(unsigned status, std::string sentence);  // text/plain; charset=utf-8
Response html(unsigned status, Body page);             // text/html; charset=utf-8
Response json(unsigned status, Body document_text);    // application/json

// Of the status codes that servers commonly answer; empty for others.
std::string_view reason_phrase(unsigned status);

}  // namespace pollux::http
