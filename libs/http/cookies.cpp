#include "http/cookies.hpp"

#include "http/ascii.hpp"

namespace pollux::http {

std::optional<std::string_view> find_cookie(const Request& request, std::string_view name) {
  auto pairs = request.header("Cookie");
  while (!pairs.empty()) {
    auto pair = cut_until(pairs, ';');
    const auto equals = pair.find('=');
    if (equals != std::string_view::npos && trim(pair.substr(0, equals)) == name) {
      return trim(pair.substr(equals + 1));
    }
  }
  return std::nullopt;
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
