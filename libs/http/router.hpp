// Routes requests by method and path to handlers. Answers 404, 405 with Allow, and OPTIONS itself, and HEAD
// by the GET handler (the server omits the body).
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <boost/container/static_vector.hpp>

#include "http/reply.hpp"
#include "http/request.hpp"
#include "http/server.hpp"
#include "http/static_files.hpp"

namespace pollux::http {

// The route of all files, whose names are many and change with each version.
inline constexpr std::string_view files_route = "files";

// The segments of a path that stand for the `*` of a pattern, in order. Views of Request::path.
inline constexpr std::size_t max_segments = 4;
using Segments = boost::container::static_vector<std::string_view, max_segments>;

// Configured before the server starts, then read on any thread. Names the route of each request that it
// matches, Reply::matched(): the path of on() or on_any_method(), also below the path of under(), or the
// pattern of on_each(); or `files_route`.
class Router {
 public:
  using SegmentsHandler = std::function<void(const Request&, const Reply&, const Segments&)>;

  Router& on(Method method, std::string path, Server::Handler handler);  // exactly this path
  // For handlers that answer 405 and OPTIONS themselves.
  Router& on_any_method(std::string path, Server::Handler handler);
  // All paths of a pattern such as "/p/*/state": each `*` is a whole segment and stands for any text without
  // a slash, but not for an empty one. 1 to max_segments of them, else throws std::invalid_argument. Exact
  // paths and files take precedence, then the pattern that was added first.
  Router& on_each(Method method, std::string pattern, SegmentsHandler handler);
  // For paths that have no handler. `files` must outlive the router.
  Router& files(const StaticFiles& files);

  // Also serves everything below `path` ("/vote/"), the path of the page's public URL: some proxies remove it
  // from requests, others do not. An exact path takes precedence. "/vote" redirects to "/vote/".
  Router& under(std::string path);

  void operator()(const Request& request, const Reply& reply) const;

 private:
  struct Pattern {
    std::string text;
    std::map<Method, SegmentsHandler> handlers;
  };

  // These return false if there is no route.
  bool answer(const Request& request, const Reply& reply) const;
  bool answer_by_file(const Request& request, const Reply& reply) const;
  bool answer_by_pattern(const Request& request, const Reply& reply) const;

  std::map<std::string, std::map<Method, Server::Handler>, std::less<>> routes_;
  std::map<std::string, Server::Handler, std::less<>> any_method_routes_;
  std::vector<Pattern> patterns_;
  const StaticFiles* files_ = nullptr;
  std::string base_path_ = "/";  // starts and ends with a slash
};

}  // namespace pollux::http
