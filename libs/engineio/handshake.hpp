// Which requests are served, how others are refused, and what the server says of itself at the opening.
// Source: https://socket.io/docs/v4/engine-io-protocol/#handshake, and for the order of the checks and the
// answers the reference implementation.
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

// The first six are the protocol's, with its numbers.
enum class RejectReason {
  unknown_transport = 0,
  unknown_session = 1,
  bad_method = 2,
  bad_request = 3,
  forbidden = 4,
  unsupported_version = 5,
  no_place = 6,   // as many sessions as Options allow: 503
  draining = 7,   // 503
  too_large = 8,  // a body beyond Options::max_payload: 413 without a body
  // A WebSocket that the session cannot use, because it has one or another is being tried, or one whose query
  // asks for polling: 101, then closed.
  surplus_web_socket = 9,
  // What a session cannot go on after: a poll beside a poll, a POST beside a POST, a body of protocol 3: 400
  // without a body.
  broken_transfer = 10,
};

inline constexpr std::size_t reject_reasons = 11;

// The name as in the enumeration, for logs and metrics.
std::string_view name_of(RejectReason reason);

// What a request asks for by its query.
struct Target {
  Transport transport = Transport::polling;
  std::string session_id;  // empty: the opening of a session
  bool is_version_4 = false;
  bool is_base64 = false;  // `b64`: the client takes binary messages as base64, on WebSocket too
};

// The checks come in three steps, because a session is known by its io thread only. First, of every request:
std::variant<Target, RejectReason> read_target(const http::Request& request);

// Then why it cannot open a session, where it names none; nothing where it can.
std::optional<RejectReason> check_opening(const http::Request& request, const Target& target,
                                          const Options& options);

// Or why the session that it names does not take it, being on `current`. A request that passes is a GET or
// POST of a session that polls, or an upgrade of one.
std::optional<RejectReason> check_session_request(const http::Request& request, const Target& target,
                                                  Transport current, const Options& options);

// The answer to a refused request, where it is not a surplus WebSocket. An upgrade is answered with the
// message alone and the connection ends.
http::Response rejection_response(RejectReason reason, bool wants_websocket);

// The `open` packet of a session on that transport.
std::string open_packet(std::string_view session_id, Transport transport, const Options& options);

}  // namespace pollux::engineio
