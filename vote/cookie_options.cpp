#include "vote/cookie_options.hpp"

namespace pollux::vote {
namespace {

constexpr std::string_view host_prefix = "__Host-";
constexpr std::string_view secure_prefix = "__Secure-";

std::string with_prefix(std::string_view prefix, std::string_view name) {
  return std::string(prefix).append(name);
}

}  // namespace

CookieOptions CookieOptions::at(const config::PublicAddresses& addresses) {
  CookieOptions options;
  options.secure = addresses.vote ? addresses.vote->is_https() : addresses.secure_cookies;
  if (addresses.vote && addresses.vote->path() != "/") {
    options.path = addresses.vote->path();
    options.path.pop_back();  // "/vote" covers "/vote" and what is below it, "/vote/" not the former
  }
  return options;
}

http::Cookie CookieOptions::make(std::string_view name) const {
  const std::string_view prefix = !secure ? "" : path == "/" ? host_prefix : secure_prefix;
  http::Cookie cookie;
  cookie.name = with_prefix(prefix, name);
  cookie.path = path;
  cookie.max_age = max_age;
  cookie.secure = secure;
  return cookie;
}

CookieNames::CookieNames(std::string_view name)
    : names_{with_prefix(host_prefix, name), with_prefix(secure_prefix, name), std::string(name)} {}

}  // namespace pollux::vote
