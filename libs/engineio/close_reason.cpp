#include "engineio/close_reason.hpp"

namespace pollux::engineio {

std::string_view name_of(CloseReason reason) {
  switch (reason) {
    case CloseReason::transport_closed:
      return "transport_closed";
    case CloseReason::client_closed:
      return "client_closed";
    case CloseReason::ping_timeout:
      return "ping_timeout";
    case CloseReason::malformed:
      return "malformed";
    case CloseReason::too_slow:
      return "too_slow";
    case CloseReason::application_closed:
      return "application_closed";
    case CloseReason::draining:
      return "draining";
  }
  return "";
}

}  // namespace pollux::engineio
