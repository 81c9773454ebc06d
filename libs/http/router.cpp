#include "http/router.hpp"

#include <string_view>

namespace pollux::http {
namespace {

using Handlers = std::map<Method, Server::Handler>;

std::string_view name_of(Method method) {
  switch (method) {
    case Method::get:
      return "GET, HEAD";
    case Method::head:
      return "HEAD";
    case Method::post:
      return "POST";
    case Method::put:
      return "PUT";
    case Method::patch:
      return "PATCH";
    case Method::delete_:
      return "DELETE";
    case Method::options:
      return "OPTIONS";
    case Method::other:
      break;
  }
  return "";
}

std::string allowed(const Handlers& handlers) {
  std::string list;
  for (const auto& [method, handler] : handlers) list.append(name_of(method)).append(", ");
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
                          : text(405, "This address does not know the method of the request.\n");
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

void Router::operator()(const Request& request, const Reply& reply) const {
  if (const auto route = routes_.find(request.path); route != routes_.end()) {
    if (const auto* handler = find(route->second, request.method)) return (*handler)(request, reply);
    return answer_without_handler(request, reply, allowed(route->second));
  }
  if (const auto route = any_method_routes_.find(request.path); route != any_method_routes_.end()) {
    return route->second(request, reply);
  }
  if (files_ != nullptr && files_->find(request.path) != nullptr) {
    if (request.method != Method::get && request.method != Method::head) {
      return answer_without_handler(request, reply, "GET, HEAD, OPTIONS");
    }
    return reply(*files_->serve(request));
  }
  reply(text(404, "There is nothing at this address.\n"));
}

}  // namespace pollux::http
