#include "telemetry/version.hpp"

namespace pollux::telemetry {

std::string_view version() {
  return POLLUX_VERSION;
}

std::string_view compiler() {
  return POLLUX_COMPILER;
}

}  // namespace pollux::telemetry
