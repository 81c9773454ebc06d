// Cookies (RFC 6265).
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "http/request.hpp"

namespace pollux::http {

// The value of the first cookie of that name in the request, as sent.
std::optional<std::string_view> find_cookie(const Request& request, std::string_view name);

struct Cookie {
  std::string name;
  std::string value;  // cookie-octets only
  std::string path = "/";
  std::optional<std::chrono::seconds> max_age;  // none: ends with the browser's session
  bool http_only = true;
  bool secure = false;
  std::string same_site = "Lax";

  std::string header_value() const;  // for Set-Cookie
};

}  // namespace pollux::http
