// How browsers keep our cookies: names, paths and flags.
#pragma once

#include <array>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "config/public_addresses.hpp"
#include "http/request.hpp"
#include "http/response.hpp"

namespace pollux::vote {

struct CookieOptions {
  bool secure = false;     // for sites that are reached by TLS only
  std::string path = "/";  // below which browsers send it; no slash at its end
  std::chrono::seconds max_age = std::chrono::hours(24 * 365);

  // For a page at that address: Secure with https, for its path only, so that several polls on one host do
  // not overwrite each other's cookies.
  static CookieOptions at(const config::PublicAddresses& addresses);

  // A cookie to set. Its name has the prefix that browsers protect (RFC 6265bis, section 4.1.3): "__Host-" if
  // it is Secure and for the whole host, else "__Secure-" if it is Secure.
  http::Cookie make(std::string_view name) const;
};

// A cookie's names with every prefix. All of them are read, so that a site that moves to TLS or to another
// path recognizes its voters.
class CookieNames {
 public:
  explicit CookieNames(std::string_view name);

  // The first result of `read(value)` over the request's cookies; nothing if there is none. Protected names
  // come first, because other sites of the domain and networks without TLS cannot set them.
  template <class Read>
  auto first(const http::Request& request, Read read) const -> decltype(read(std::string_view())) {
    decltype(read(std::string_view())) found;
    const std::string_view field = request.header("Cookie");
    for (const std::string& name : names_) {
      http::for_each_cookie(field, [&](std::string_view each, std::string_view value) {
        if (each == name) found = read(value);
        return found.has_value();
      });
      if (found) break;
    }
    return found;
  }

 private:
  std::array<std::string, 3> names_;
};

}  // namespace pollux::vote
