// The version that this program was built as.
#pragma once

#include <string_view>

namespace pollux::telemetry {

std::string_view version();   // "0.1.0"
std::string_view compiler();  // "GCC 12.2.0"

}  // namespace pollux::telemetry
