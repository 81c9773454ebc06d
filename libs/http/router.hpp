// From method and path to a handler; answers 404, 405 with Allow, and OPTIONS by itself, and HEAD by the GET
// handler (the server leaves out the body).
#pragma once

#include <map>
#include <string>
#include <vector>

#include "http/reply.hpp"
#include "http/request.hpp"
#include "http/server.hpp"
#include "http/static_files.hpp"

namespace pollux::http {

// Built before the server starts, then only read, from any thread.
class Router {
 public:
  Router& on(Method method, std::string path, Server::Handler handler);  // the exact path
  Router& on_any_method(std::string path,
                        Server::Handler handler);  // for what answers 405 and OPTIONS itself
  Router& files(const StaticFiles& files);         // after the paths above; outlives this

  // Also answers below `path` ("/vote/"), where the page has it in its public URL: some proxies remove it
  // from what they pass on, others do not. An address that exists as it is comes first. "/vote" leads to
  // "/vote/".
  Router& under(std::string path);

  void operator()(const Request& request, const Reply& reply) const;

 private:
  bool answer(const Request& request, const Reply& reply) const;  // false: there is nothing at this address

  std::map<std::string, std::map<Method, Server::Handler>, std::less<>> routes_;
  std::map<std::string, Server::Handler, std::less<>> any_method_routes_;
  const StaticFiles* files_ = nullptr;
  std::string base_path_ = "/";  // starts and ends with a slash
};

}  // namespace pollux::http
