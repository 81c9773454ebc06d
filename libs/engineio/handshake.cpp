#include "engineio/handshake.hpp"

#include <algorithm>

#include "engineio/codec.hpp"
#include "http/form.hpp"
#include "http/origin.hpp"

namespace pollux::engineio {
namespace {

// The value of a parameter that must not repeat: empty if absent, nothing if repeated.
std::optional<std::string_view> single(const http::Fields& query, std::string_view name) {
  if (query.count(name) > 1) return std::nullopt;
  return query.find(name).value_or("");
}

bool has_invalid_origin(const http::Request& request) {
  const auto origin = request.headers->find("Origin");
  return origin && std::any_of(origin->begin(), origin->end(), [](char character) {
           const auto byte = static_cast<unsigned char>(character);
           return (byte < 0x20 && byte != '\t') || byte == 0x7F;
         });
}

std::optional<RejectReason> check_upgrade(const http::Request& request, const Target& target,
                                          Transport current, const Options& options) {
  if (request.method != http::Method::get) return RejectReason::bad_method;
  if (!may_connect(request, options)) return RejectReason::forbidden;
  const bool is_usable = target.transport == Transport::websocket && current == Transport::polling;
  return is_usable ? std::nullopt : std::optional(RejectReason::surplus_web_socket);
}

std::string_view message_of(RejectReason reason) {
  switch (reason) {
    case RejectReason::unknown_transport:
      return "Transport unknown";
    case RejectReason::unknown_session:
      return "Session ID unknown";
    case RejectReason::bad_method:
      return "Bad handshake method";
    case RejectReason::bad_request:
      return "Bad request";
    case RejectReason::forbidden:
      return "Forbidden";
    case RejectReason::unsupported_version:
      return "Unsupported protocol version";
    case RejectReason::no_place:
      return "Too many sessions. Try again later.";
    case RejectReason::draining:
      return "The server is shutting down. Try again.";
    case RejectReason::too_large:
      return "Payload too large";
    case RejectReason::surplus_web_socket:
    case RejectReason::broken_transfer:
      return message_of(RejectReason::bad_request);
  }
  return "";
}

bool allows(const Options& options, std::string_view origin) {
  return std::ranges::find(options.allowed_origins, origin) != options.allowed_origins.end();
}

}  // namespace

std::string_view name_of(RejectReason reason) {
  switch (reason) {
    case RejectReason::unknown_transport:
      return "unknown_transport";
    case RejectReason::unknown_session:
      return "unknown_session";
    case RejectReason::bad_method:
      return "bad_method";
    case RejectReason::bad_request:
      return "bad_request";
    case RejectReason::forbidden:
      return "forbidden";
    case RejectReason::unsupported_version:
      return "unsupported_version";
    case RejectReason::no_place:
      return "no_place";
    case RejectReason::draining:
      return "draining";
    case RejectReason::too_large:
      return "too_large";
    case RejectReason::surplus_web_socket:
      return "surplus_web_socket";
    case RejectReason::broken_transfer:
      return "broken_transfer";
  }
  return "";
}

std::variant<Target, RejectReason> read_target(const http::Request& request) {
  const auto query = http::parse_query(request.query);
  if (!query) return RejectReason::bad_request;

  Target target;
  const auto transport = single(*query, "transport");
  if (transport != name_of(Transport::polling) && transport != name_of(Transport::websocket)) {
    return RejectReason::unknown_transport;
  }
  if (transport == name_of(Transport::websocket)) target.transport = Transport::websocket;
  if (has_invalid_origin(request)) return RejectReason::bad_request;
  const auto session = single(*query, "sid");
  if (!session) return RejectReason::unknown_session;
  target.session_id = *session;
  target.is_version_4 = single(*query, "EIO") == "4";
  target.is_base64 = !query->find("b64").value_or("").empty();
  return target;
}

std::optional<RejectReason> check_opening(const http::Request& request, const Target& target,
                                          const Options& options) {
  if (request.method != http::Method::get) return RejectReason::bad_method;
  const bool asks_for_web_socket = target.transport == Transport::websocket;
  if (request.wants_websocket && !asks_for_web_socket) return RejectReason::surplus_web_socket;
  if (!request.wants_websocket && asks_for_web_socket) return RejectReason::bad_request;
  if (!may_connect(request, options)) return RejectReason::forbidden;
  if (!target.is_version_4) return RejectReason::unsupported_version;
  return std::nullopt;
}

std::optional<RejectReason> check_session_request(const http::Request& request, const Target& target,
                                                  Transport current, const Options& options) {
  if (!target.is_version_4) return RejectReason::bad_request;
  if (request.wants_websocket) return check_upgrade(request, target, current, options);
  // A session on WebSocket accepts no HTTP requests.
  if (current != Transport::polling || target.transport != Transport::polling)
    return RejectReason::bad_request;
  const bool is_post = request.method == http::Method::post;
  if (request.method != http::Method::get && !is_post) return RejectReason::bad_method;
  if (!may_connect(request, options)) return RejectReason::forbidden;
  if (is_post && request.body.size() > options.max_payload) return RejectReason::too_large;
  return std::nullopt;
}

http::Response rejection_response(RejectReason reason, bool wants_websocket) {
  const std::string message(message_of(reason));
  http::Response response;
  if (reason == RejectReason::no_place || reason == RejectReason::draining) {
    response = http::text(503, message);
    response.set("Retry-After", "1");
  } else if (reason == RejectReason::too_large) {
    response.status = 413;
  } else if (reason == RejectReason::broken_transfer) {
    response.status = 400;
  } else if (wants_websocket) {
    response = http::text(400, message);
  } else {
    response = http::json(
        reason == RejectReason::forbidden ? 403 : 400,
        R"({"code":)" + std::to_string(static_cast<int>(reason)) + R"(,"message":")" + message + R"("})");
  }
  response.set("Cache-Control", "no-store");
  response.close = wants_websocket;
  return response;
}

std::string open_packet(std::string_view session_id, Transport transport, const Options& options) {
  const std::string upgrades = transport == Transport::polling ? R"(["websocket"])" : "[]";
  return encode_packet(PacketType::open,
                       R"({"sid":")" + std::string(session_id) + R"(","upgrades":)" + upgrades +
                           R"(,"pingInterval":)" + std::to_string(options.ping_times.interval.count()) +
                           R"(,"pingTimeout":)" + std::to_string(options.ping_times.timeout.count()) +
                           R"(,"maxPayload":)" + std::to_string(options.max_payload) + "}");
}

bool may_connect(const http::Request& request, const Options& options) {
  if (allows(options, "*") || http::is_same_origin(request, options.allowed_origins)) return true;
  if (options.on_foreign_origin) options.on_foreign_origin(request);
  return false;
}

std::optional<http::Response> answer_preflight(const http::Request& request, const Options& options) {
  const bool is_preflight = request.method == http::Method::options &&
                            request.headers->count("Origin") == 1 &&
                            request.headers->count("Access-Control-Request-Method") > 0;
  if (!is_preflight || options.allowed_origins.empty()) return std::nullopt;
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
  // Also for an origin that is not allowed: a cache must not serve that response to an allowed one.
  response.set("Vary", "Origin");
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
