// Which requests are accepted, how others are rejected, and what the server announces when a session opens.
// Sources: https://socket.io/docs/v4/engine-io-protocol/#handshake; the order of the checks and the responses
// follow the reference implementation.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "engineio/options.hpp"
#include "engineio/session.hpp"
#include "http/request.hpp"
#include "http/response.hpp"

namespace pollux::engineio {

// The first six are error codes of the protocol.
enum class RejectReason {
  unknown_transport = 0,
  unknown_session = 1,
  bad_method = 2,
  bad_request = 3,
  forbidden = 4,
  unsupported_version = 5,
  no_place = 6,   // Options::sessions or sessions_per_address is reached: 503
  draining = 7,   // 503
  too_large = 8,  // the body exceeds Options::max_payload: 413 without a body
  // A WebSocket that the session can't use, because it has one or is trying another, or one whose query asks
  // for polling: 101, then closed.
  surplus_web_socket = 9,
  // Ends the session: a poll beside a poll, a POST beside a POST, a body of protocol 3. 400 without a body.
  broken_transfer = 10,
};

inline constexpr std::size_t reject_reasons = 11;

// The enumerator's name, for logs and metrics.
std::string_view name_of(RejectReason reason);

// A request's query.
struct Target {
  Transport transport = Transport::polling;
  std::string session_id;  // empty: opens a session
  bool is_version_4 = false;
  bool is_base64 = false;  // `b64`: the client wants binary messages in base64, on WebSocket too
};

// The checks take three steps, because only a session's io thread knows its state. First, for every request:
std::variant<Target, RejectReason> read_target(const http::Request& request);

// Then, for a request without a session id: why it can't open a session, if so.
std::optional<RejectReason> check_opening(const http::Request& request, const Target& target,
                                          const Options& options);

// Or, for a request of a session that is on `current`: why it is rejected, if so. A request that passes is a
// GET or POST of a polling session, or an upgrade of one.
std::optional<RejectReason> check_session_request(const http::Request& request, const Target& target,
                                                  Transport current, const Options& options);

// The response to a rejected request, except surplus_web_socket. An upgrade gets the message only, and the
// connection is closed.
http::Response rejection_response(RejectReason reason, bool wants_websocket);

// The `open` packet of a session on that transport.
std::string open_packet(std::string_view session_id, Transport transport, const Options& options);

// Pages of other origins (CORS, https://fetch.spec.whatwg.org). CORS does not protect WebSocket, so the
// server checks Origin itself on every transport.

// True if the request comes from the server's own page, from an allowed origin, or not from a browser.
// Otherwise calls Options::on_foreign_origin.
bool may_connect(const http::Request& request, const Options& options);

// The response to a CORS preflight; nullopt if the request is none, or if no other origin is allowed.
std::optional<http::Response> answer_preflight(const http::Request& request, const Options& options);

// Adds the header fields that allow the requesting page to read `response`, if it may.
void add_cross_origin_fields(http::Response& response, const http::Request& request, const Options& options);

}  // namespace pollux::engineio
