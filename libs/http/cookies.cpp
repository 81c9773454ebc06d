#include "http/cookies.hpp"

namespace pollux::http {

std::optional<std::string_view> find_cookie(const Request& request, std::string_view name) {
  std::optional<std::string_view> found;
  for_each_cookie(request.header("Cookie"), [&](std::string_view each, std::string_view value) {
    if (each != name) return false;
    found = value;
    return true;
  });
  return found;
}

std::string Cookie::header_value() const {
  std::string text = name + "=" + value + "; Path=" + path;
  if (max_age) text += "; Max-Age=" + std::to_string(max_age->count());
  if (http_only) text += "; HttpOnly";
  if (secure) text += "; Secure";
  if (!same_site.empty()) text += "; SameSite=" + same_site;
  return text;
}

}  // namespace pollux::http
