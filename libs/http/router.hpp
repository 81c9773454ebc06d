// Routes requests by method and path to handlers. Answers 404, 405 with Allow, and OPTIONS itself, and HEAD
// by the GET handler (the server omits the body).
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "http/reply.hpp"
#include "http/request.hpp"
#include "http/server.hpp"
#include "http/static_files.hpp"

namespace pollux::http {

// The route of all files, whose names are many and change with each version.
inline constexpr std::string_view files_route = "files";

// Configured before the server starts, then read on any thread. Names the route of each request that it
// matches, Reply::matched(): the path of on() or on_any_method(), also below the path of under(); or
// `files_route`.
class Router {
 public:
  Router& on(Method method, std::string path, Server::Handler handler);  // exactly this path
  // For handlers that answer 405 and OPTIONS themselves.
  Router& on_any_method(std::string path, Server::Handler handler);
  // For paths that have no handler. `files` must outlive the router.
  Router& files(const StaticFiles& files);

  // Also serves everything below `path` ("/vote/"), the path of the page's public URL: some proxies remove it
  // from requests, others do not. An exact path takes precedence. "/vote" redirects to "/vote/".
  Router& under(std::string path);

  void operator()(const Request& request, const Reply& reply) const;

 private:
  bool answer(const Request& request, const Reply& reply) const;  // false: no route

  std::map<std::string, std::map<Method, Server::Handler>, std::less<>> routes_;
  std::map<std::string, Server::Handler, std::less<>> any_method_routes_;
  const StaticFiles* files_ = nullptr;
  std::string base_path_ = "/";  // starts and ends with a slash
};

}  // namespace pollux::http
