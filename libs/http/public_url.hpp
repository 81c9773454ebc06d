// The address at which people reach a page, as its operator states it: "https://example.org/vote/". Proxies
// may change the host, the port, the scheme and the path of a request on its way, so it cannot be derived
// from requests.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace pollux::http {

// Immutable; any thread.
class PublicUrl {
 public:
  static constexpr std::size_t max_bytes = 1024;

  // "https://vote.example", "http://192.168.1.7:8080/", "https://example.org/vote/". Scheme http or https, a
  // host in ASCII, and a path of letters, digits and "-._~/", with or without the slash at its end. User,
  // query and fragment are errors. The message of an error says what is wrong and gives an example.
  static Result<PublicUrl> parse(std::string_view text);

  // Canonical: lower-case scheme and host, no default port, a slash at the end.
  const std::string& text() const { return text_; }
  // As browsers send it in the field Origin: "https://example.org:8443".
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

// The value of a Host field without the port, as it stands in a URL: "[::1]:8080" → "[::1]".
std::string_view without_port(std::string_view host_field);
// The same without brackets: "::1".
std::string_view host_name_of(std::string_view host_field);

// Whether a host, without port and brackets, is a name or an address of the machine itself, which no other
// machine reaches: "localhost", names below ".localhost" (RFC 6761), 127.0.0.0/8, "::1".
bool is_loopback_host(std::string_view host);

}  // namespace pollux::http
