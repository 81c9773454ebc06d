// Origins: the public URL of a page, the Host field, and the check against cross-site request forgery.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "http/request.hpp"

namespace pollux::http {

// The URL at which users reach a page, as configured by the operator: "https://example.org/vote/". It cannot
// be derived from requests, because proxies may change host, port, scheme and path. Immutable; any thread.
class PublicUrl {
 public:
  static constexpr std::size_t max_bytes = 1024;

  // "https://vote.example", "http://192.168.1.7:8080/", "https://example.org/vote/": scheme http or https, an
  // ASCII host, and a path of letters, digits and "-._~/"; the trailing slash is optional. User, query and
  // fragment are errors. The error's message says what is wrong and gives an example.
  static Result<PublicUrl> parse(std::string_view text);

  // Canonical: lower-case scheme and host, no default port, trailing slash.
  const std::string& text() const { return text_; }
  // As in the Origin field: "https://example.org:8443".
  const std::string& origin() const { return origin_; }
  // Starts and ends with a slash: "/" or "/vote/".
  std::string_view path() const { return std::string_view(text_).substr(origin_.size()); }
  // Without port and brackets: "example.org", "::1".
  const std::string& host() const { return host_; }
  bool is_https() const { return origin_.starts_with("https:"); }

  friend bool operator==(const PublicUrl&, const PublicUrl&) = default;

 private:
  PublicUrl() = default;

  std::string text_;
  std::string origin_;
  std::string host_;
};

// The value of a Host field without its port: "[::1]:8080" → "[::1]".
std::string_view without_port(std::string_view host_field);
// The same without brackets: "::1".
std::string_view host_name_of(std::string_view host_field);

// True for hosts, without port and brackets, that only this machine can reach: "localhost" and names below
// ".localhost" (RFC 6761), 127.0.0.0/8, "::1".
bool is_loopback_host(std::string_view host);

// True if a page of the same origin sent the request, or no page did. Sec-Fetch-Site, which pages cannot set
// (https://www.w3.org/TR/fetch-metadata/), is sufficient, even if a proxy changed the Host field; browsers
// send it over TLS and to the local machine. Without it, Origin must match the Host field or be in `trusted`
// ("https://vote.example", as browsers write it; "null" never matches). Requests with neither field, such as
// those of curl, pass: they carry no victim's cookies. A repeated field is an error.
bool is_same_origin(const Request& request, std::span<const std::string> trusted = {});

}  // namespace pollux::http
