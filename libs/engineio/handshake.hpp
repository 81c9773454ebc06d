// The first exchange of a client with the server: which requests are served, how others are refused, and what
// the server says of itself. Source: https://socket.io/docs/v4/engine-io-protocol/#handshake, and for the
// order of the checks and the answers the reference implementation.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "engineio/options.hpp"
#include "http/request.hpp"
#include "http/response.hpp"

namespace pollux::engineio {

// The first six are the protocol's, with its numbers; the others are answered with 503.
enum class Refusal {
  unknown_transport = 0,
  unknown_session = 1,
  bad_method = 2,
  bad_request = 3,
  forbidden = 4,
  unsupported_version = 5,
  no_place = 6,  // as many sessions as Options allow
  draining = 7,
};

inline constexpr std::size_t refusals = 8;

// The name as in the enumeration, for logs and metrics.
std::string_view name_of(Refusal refusal);

// Why a request under our path cannot open a session; nothing where it can. `knows_session` tells whether a
// session id is that of an open session.
std::optional<Refusal> find_refusal(const http::Request& request, const Options& options,
                                    const std::function<bool(std::string_view id)>& knows_session);

// The answer to a refused request. An upgrade is answered with the message alone and the connection ends.
http::Response refusal_response(Refusal refusal, bool wants_websocket);

// The `open` packet of a session on WebSocket.
std::string open_packet(std::string_view session_id, const Options& options);

}  // namespace pollux::engineio
