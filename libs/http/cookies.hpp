// Cookies (RFC 6265).
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "http/ascii.hpp"
#include "http/request.hpp"

namespace pollux::http {

// The value of the first cookie of that name in the request, as sent.
std::optional<std::string_view> find_cookie(const Request& request, std::string_view name);

// Calls `take(name, value)` for each cookie in the value of a Cookie field, in the order sent, until it
// returns true. Browsers may send several of one name: of several paths and domains, with no word of which is
// whose.
template <class Take>
void for_each_cookie(std::string_view field, Take take) {
  while (!field.empty()) {
    const auto pair = cut_until(field, ';');
    const auto equals = pair.find('=');
    if (equals == std::string_view::npos) continue;
    if (take(trim(pair.substr(0, equals)), trim(pair.substr(equals + 1)))) return;
  }
}

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
