// The request line and header fields of one request, parsed and validated (RFC 9112).
//
// A head that two programs could read in two ways is rejected, not repaired: a proxy that ends a line at a
// bare LF, or joins folded lines, would see other fields than we do. That is how requests are smuggled past
// it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/request.hpp"
#include "http/response.hpp"
#include "http/server.hpp"

namespace pollux::http {

// Errors that are found in a complete head, and also while a head or a body arrives.
inline constexpr ErrorResponse bare_line_feed{400, "A line of the request ends without a carriage return.\n"};
inline constexpr ErrorResponse target_too_long{414, "The request target is too long.\n"};
inline constexpr ErrorResponse body_too_large{413, "The request body is too large.\n"};

// True if a line of a head, complete or not, ends in a bare LF at or after `from`. A client that ends all its
// lines like that never sends the CR LF CR LF that ends a head.
bool has_bare_line_feed(std::string_view head, std::size_t from);

// Reused for each request of a connection, so that its memory is, too.
class RequestHead final : public Headers {
 public:
  // `bytes` is one complete head with its empty line. Views point into it, or into this object.
  std::optional<ErrorResponse> parse(std::string_view bytes, const ServerLimits& limits);

  std::optional<std::string_view> find(std::string_view name) const override { return nth(name, 0); }
  std::optional<std::string_view> nth(std::string_view name, std::size_t n) const override;
  std::size_t count(std::string_view name) const override;

  const Request& request() const { return request_; }  // without body and remote address
  bool is_http_1_0() const { return is_http_1_0_; }
  bool keep_alive() const { return keep_alive_; }
  bool expects_continue() const { return expects_continue_; }
  bool chunked() const { return chunked_; }
  std::uint64_t content_length() const { return content_length_; }  // 0 if chunked
  // "OPTIONS *": about the server, not a resource (RFC 9110, section 9.3.7). The path is "*".
  bool is_about_server() const { return is_about_server_; }

 private:
  class Parser;
  struct Field {
    std::string_view name;
    std::string_view value;
  };

  std::optional<ErrorResponse> check_host() const;
  std::optional<ErrorResponse> check_target();
  std::optional<ErrorResponse> take_absolute_form(std::string_view& target);
  std::optional<ErrorResponse> check_path(std::string_view encoded);
  std::optional<ErrorResponse> check_body(const ServerLimits& limits);
  std::optional<ErrorResponse> check_expectation();

  Request request_;
  std::vector<Field> fields_;
  std::string decoded_path_;    // if the path has escapes
  std::string as_version_1_1_;  // the head, if it has a newer minor version
  bool is_http_1_0_ = false;
  bool keep_alive_ = false;
  bool expects_continue_ = false;
  bool chunked_ = false;
  bool is_about_server_ = false;
  std::uint64_t content_length_ = 0;
};

}  // namespace pollux::http
