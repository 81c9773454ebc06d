#include "engineio/cross_origin.hpp"

#include <algorithm>
#include <string>

#include "http/origin.hpp"

namespace pollux::engineio {
namespace {

bool allows(const Options& options, std::string_view origin) {
  return std::ranges::find(options.allowed_origins, origin) != options.allowed_origins.end();
}

}  // namespace

bool may_connect(const http::Request& request, const Options& options) {
  if (allows(options, "*") || http::is_same_origin(request, options.allowed_origins)) return true;
  if (options.on_foreign_origin) options.on_foreign_origin(request);
  return false;
}

std::optional<http::Response> answer_preflight(const http::Request& request, const Options& options) {
  const bool is_question = request.method == http::Method::options && request.headers->count("Origin") == 1 &&
                           request.headers->count("Access-Control-Request-Method") > 0;
  if (!is_question || options.allowed_origins.empty()) return std::nullopt;
  http::Response response;
  response.status = 204;
  response.set("Access-Control-Allow-Methods", "GET, POST");
  response.set("Access-Control-Allow-Headers", "Content-Type");
  response.set("Access-Control-Max-Age", "600");
  add_cross_origin_fields(response, request, options);
  return response;
}

void add_cross_origin_fields(http::Response& response, const http::Request& request, const Options& options) {
  if (options.allowed_origins.empty()) return;
  response.set("Vary",
               "Origin");  // also where the answer is no: a cache must not give it to an origin that may
  if (request.headers->count("Origin") != 1) return;
  const std::string origin(request.header("Origin"));
  if (allows(options, origin) && origin != "*") {
    response.set("Access-Control-Allow-Origin", origin);
    if (options.allow_credentials) response.set("Access-Control-Allow-Credentials", "true");
  } else if (allows(options, "*")) {
    response.set("Access-Control-Allow-Origin", "*");
  }
}

}  // namespace pollux::engineio
