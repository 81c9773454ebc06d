#include "admin/route_table.hpp"

namespace pollux::admin {
namespace {

// The part of a path up to the next slash, which is removed from it.
std::string_view next_segment(std::string_view& path) {
  path.remove_prefix(1);  // a slash
  const std::string_view segment = path.substr(0, path.find('/'));
  path.remove_prefix(segment.size());
  return segment;
}

std::optional<PathParameters> match(std::string_view pattern, std::string_view path) {
  PathParameters parameters;
  while (!pattern.empty() && !path.empty()) {
    const std::string_view expected = next_segment(pattern);
    const std::string_view segment = next_segment(path);
    if (expected.starts_with('{') && !segment.empty()) {
      parameters.emplace_back(expected.substr(1, expected.size() - 2), segment);
    } else if (expected != segment) {
      return std::nullopt;
    }
  }
  if (!pattern.empty() || !path.empty()) return std::nullopt;
  return parameters;
}

}  // namespace

std::optional<RouteTable::Match> RouteTable::find(http::Method method, std::string_view path) const {
  if (!path.starts_with('/')) return std::nullopt;
  if (method == http::Method::head) method = http::Method::get;
  std::optional<Match> found;
  for (const Route& route : routes_) {
    auto parameters = match(route.path, path);
    if (!parameters) continue;
    if (!found) found.emplace();
    found->path = route.path;
    found->allow += route.method == http::Method::get ? "GET, HEAD" : std::string(name_of(route.method));
    found->allow += ", ";
    if (route.method != method) continue;
    found->route = &route;
    found->parameters = *std::move(parameters);
  }
  if (found) found->allow += "OPTIONS";
  return found;
}

}  // namespace pollux::admin
