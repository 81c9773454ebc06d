#include "http/origin.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <optional>
#include <system_error>
#include <utility>

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include "http/ascii.hpp"

namespace pollux::http {
namespace {

Error rejected(std::string_view what) {
  return invalid("The address " + std::string(what) +
                 " Write it as https://vote.example/ or https://example.org/vote/.");
}

std::string lower_case(std::string_view text) {
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(), to_lower);
  return lower;
}

// No segments that a browser resolves or a proxy may normalize.
bool is_plain_path(std::string_view path) {
  if (!path.empty() && !consists_of(path, "-._~/")) return false;
  const std::string closed = std::string(path) + "/";
  const std::string_view segments = path.ends_with('/') ? path : closed;
  return std::ranges::all_of(std::array{"//", "/./", "/../"}, [segments](const char* unwanted) {
    return segments.find(unwanted) == std::string_view::npos;
  });
}

bool is_default_port(std::string_view scheme, std::uint16_t port) {
  return port == (scheme == "https" ? 443 : 80);
}

// "example.org:443" → "example.org", as in a Host field.
std::string_view without_default_port(std::string_view authority, std::string_view port) {
  if (authority.ends_with(port)) authority.remove_suffix(port.size());
  return authority;
}

bool is_own_host(std::string_view origin, std::string_view host) {
  for (const auto& [scheme, port] : {std::pair{"http://", ":80"}, std::pair{"https://", ":443"}}) {
    if (!origin.starts_with(scheme)) continue;
    const auto authority = origin.substr(std::string_view(scheme).size());
    return !authority.empty() &&
           equals_ignoring_case(without_default_port(authority, port), without_default_port(host, port));
  }
  return false;  // "null" and other schemes
}

}  // namespace

Result<PublicUrl> PublicUrl::parse(std::string_view text) {
  if (text.size() > max_bytes) return rejected("is too long.");
  const auto parsed = boost::urls::parse_uri(text);
  if (!parsed) return rejected("is not a URL.");
  const std::string scheme = lower_case(parsed->scheme());
  if (scheme != "http" && scheme != "https") return rejected("does not start with https:// or http://.");
  if (parsed->has_userinfo()) return rejected("has a user name, which people would see.");
  if (parsed->has_query() || parsed->has_fragment()) return rejected("has a part after ? or #.");

  PublicUrl url;
  url.host_ = lower_case(parsed->host_address());
  const std::string encoded_host = lower_case(parsed->encoded_host());
  if (url.host_.empty()) return rejected("names no host.");
  if (!consists_of(encoded_host, "-._[]:")) {
    return rejected("has a host that is not ASCII; write international names as xn--….");
  }
  const std::string path(parsed->encoded_path());
  // Boost.URL 1.81 parses the "x" of "http://host:x" as a path.
  if (!path.empty() && path.front() != '/')
    return rejected("has a port that is not a number from 1 to 65535.");
  if (!is_plain_path(path)) {
    return rejected("has a path with other characters than letters, digits and -._~/.");
  }
  url.origin_ = scheme + "://" + encoded_host;
  if (parsed->has_port()) {
    const std::string_view digits = parsed->port();
    std::uint16_t port = 0;
    const auto [end, failed] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
    if (failed != std::errc() || end != digits.data() + digits.size() || port == 0) {
      return rejected("has a port that is not a number from 1 to 65535.");
    }
    if (!is_default_port(scheme, port)) url.origin_ += ":" + std::to_string(port);
  }
  url.text_ = url.origin_ + path + (path.ends_with('/') ? "" : "/");
  return url;
}

std::string_view without_port(std::string_view host_field) {
  const std::size_t end_of_address = host_field.starts_with('[') ? host_field.find(']') : 0;
  return host_field.substr(0, host_field.find(':', end_of_address));
}

std::string_view host_name_of(std::string_view host_field) {
  std::string_view host = without_port(host_field);
  if (host.starts_with('[')) host.remove_prefix(1);
  if (host.ends_with(']')) host.remove_suffix(1);
  return host;
}

bool is_loopback_host(std::string_view host) {
  const std::string name = lower_case(host);
  if (name == "localhost" || name.ends_with(".localhost") || name == "::1") return true;
  return name.starts_with("127.") && std::ranges::count(name, '.') == 3 &&
         name.find_first_not_of("0123456789.") == std::string::npos;
}

bool is_same_origin(const Request& request, std::span<const std::string> trusted) {
  if (request.headers->count("Origin") > 1 || request.headers->count("Sec-Fetch-Site") > 1) return false;
  const auto site = request.headers->find("Sec-Fetch-Site");
  if (site == "same-origin") return true;
  const auto origin = request.headers->find("Origin");
  if (origin && std::ranges::find(trusted, *origin) != trusted.end()) return true;
  if (origin && !is_own_host(*origin, request.header("Host"))) return false;
  return !site || *site == "none";
}

}  // namespace pollux::http
