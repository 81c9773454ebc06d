#include "http/router.hpp"

#include <algorithm>
#include <optional>
#include <stdexcept>
#include <string_view>
#include <utility>

namespace pollux::http {
namespace {

template <class Handler>
std::string allowed(const std::map<Method, Handler>& handlers) {
  std::string list;
  for (const auto& [method, handler] : handlers) {
    list.append(method == Method::get ? "GET, HEAD" : name_of(method)).append(", ");
  }
  return list + "OPTIONS";
}

template <class Handler>
const Handler* find(const std::map<Method, Handler>& handlers, Method method) {
  auto found = handlers.find(method);
  if (found == handlers.end() && method == Method::head) found = handlers.find(Method::get);
  return found == handlers.end() ? nullptr : &found->second;
}

void answer_without_handler(const Request& request, const Reply& reply, std::string allow) {
  Response response = request.method == Method::options
                          ? Response{.status = 204}
                          : text(405, "The method is not allowed for this path.\n");
  reply(std::move(response.set("Allow", std::move(allow))));
}

// The segments that stand for the `*` of the pattern; nothing if the path is none of its paths.
std::optional<Segments> match(std::string_view pattern, std::string_view path) {
  Segments segments;
  while (!pattern.empty()) {
    const std::size_t star = pattern.find('*');
    const std::string_view fixed = pattern.substr(0, star);
    if (star == std::string_view::npos) {
      if (path != fixed) return std::nullopt;
      return segments;
    }
    if (!path.starts_with(fixed)) return std::nullopt;
    path.remove_prefix(fixed.size());
    const std::string_view segment = path.substr(0, path.find('/'));
    if (segment.empty()) return std::nullopt;
    segments.push_back(segment);
    path.remove_prefix(segment.size());
    pattern.remove_prefix(star + 1);
  }
  return path.empty() ? std::optional(segments) : std::nullopt;
}

}  // namespace

Router& Router::on(Method method, std::string path, Server::Handler handler) {
  routes_[std::move(path)][method] = std::move(handler);
  return *this;
}

Router& Router::on_any_method(std::string path, Server::Handler handler) {
  any_method_routes_[std::move(path)] = std::move(handler);
  return *this;
}

Router& Router::on_each(Method method, std::string pattern, SegmentsHandler handler) {
  const auto stars = std::ranges::count(pattern, '*');
  if (stars < 1 || stars > static_cast<std::ptrdiff_t>(max_segments)) {
    throw std::invalid_argument("Router: a pattern has 1 to 4 variable segments: " + pattern);
  }
  auto known = std::ranges::find(patterns_, pattern, &Pattern::text);
  if (known == patterns_.end()) known = patterns_.insert(known, Pattern{std::move(pattern), {}});
  known->handlers[method] = std::move(handler);
  return *this;
}

Router& Router::files(const StaticFiles& files) {
  files_ = &files;
  return *this;
}

Router& Router::under(std::string path) {
  base_path_ = std::move(path);
  return *this;
}

void Router::operator()(const Request& request, const Reply& reply) const {
  if (answer(request, reply)) return;
  const std::string_view base = base_path_;
  if (base.size() > 1 && request.path.starts_with(base)) {
    Request below = request;
    below.path.remove_prefix(base.size() - 1);
    if (answer(below, reply)) return;
  } else if (request.path == base.substr(0, base.size() - 1)) {
    Response response = text(308, "This page is at " + base_path_ + "\n");
    const std::string query = request.query.empty() ? "" : "?" + std::string(request.query);
    return reply(std::move(response.set("Location", base_path_ + query)));
  }
  reply(text(404, "There is nothing at this address.\n"));
}

bool Router::answer(const Request& request, const Reply& reply) const {
  if (const auto route = routes_.find(request.path); route != routes_.end()) {
    reply.matched(route->first);
    if (const auto* handler = find(route->second, request.method)) {
      (*handler)(request, reply);
    } else {
      answer_without_handler(request, reply, allowed(route->second));
    }
    return true;
  }
  if (const auto route = any_method_routes_.find(request.path); route != any_method_routes_.end()) {
    reply.matched(route->first);
    route->second(request, reply);
    return true;
  }
  return answer_by_file(request, reply) || answer_by_pattern(request, reply);
}

bool Router::answer_by_pattern(const Request& request, const Reply& reply) const {
  for (const auto& [pattern, handlers] : patterns_) {
    const auto segments = match(pattern, request.path);
    if (!segments) continue;
    reply.matched(pattern);
    if (const auto* handler = find(handlers, request.method)) {
      (*handler)(request, reply, *segments);
    } else {
      answer_without_handler(request, reply, allowed(handlers));
    }
    return true;
  }
  return false;
}

bool Router::answer_by_file(const Request& request, const Reply& reply) const {
  if (files_ == nullptr || files_->find(request.path) == nullptr) return false;
  reply.matched(files_route);
  if (request.method == Method::get || request.method == Method::head) {
    reply(*files_->serve(request));
  } else {
    answer_without_handler(request, reply, "GET, HEAD, OPTIONS");
  }
  return true;
}

}  // namespace pollux::http
