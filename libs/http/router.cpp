#include "http/router.hpp"

#include <string_view>

namespace pollux::http {
namespace {

using Handlers = std::map<Method, Server::Handler>;

std::string allowed(const Handlers& handlers) {
  std::string list;
  for (const auto& [method, handler] : handlers) {
    list.append(method == Method::get ? "GET, HEAD" : name_of(method)).append(", ");
  }
  return list + "OPTIONS";
}

const Server::Handler* find(const Handlers& handlers, Method method) {
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

}  // namespace

Router& Router::on(Method method, std::string path, Server::Handler handler) {
  routes_[std::move(path)][method] = std::move(handler);
  return *this;
}

Router& Router::on_any_method(std::string path, Server::Handler handler) {
  any_method_routes_[std::move(path)] = std::move(handler);
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
