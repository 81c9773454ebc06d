#include "service/version.hpp"

namespace pollux {

std::string_view version() {
  return POLLUX_VERSION;
}

std::string_view compiler() {
  return POLLUX_COMPILER;
}

}  // namespace pollux
