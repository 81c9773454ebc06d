// Why a session ended.
#pragma once

#include <cstddef>
#include <string_view>

namespace pollux::engineio {

enum class CloseReason {
  transport_closed,    // the connection went away
  client_closed,       // the client said so
  ping_timeout,        // no pong in time
  malformed,           // the client broke the protocol
  too_slow,            // more waited for the client than Options::buffered_bytes
  application_closed,  // the server's application wished so
  draining,            // the server is going away
};

inline constexpr std::size_t close_reasons = 7;

// The name as in the enumeration, for logs and metrics.
std::string_view name_of(CloseReason reason);

}  // namespace pollux::engineio
