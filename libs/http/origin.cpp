#include "http/origin.hpp"

#include <algorithm>

#include "http/ascii.hpp"

namespace pollux::http {
namespace {

// Host and port of an origin, "example.org" or "example.org:8080", as a Host field has them: without the port
// that the scheme stands for.
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
  return false;  // "null", and schemes that no page of ours has
}

}  // namespace

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
