#pragma once

#include <string>

namespace pollux::telemetry {

// Of this machine or container: it tells replicas apart. "unknown" where the system does not say.
std::string host_name();

}  // namespace pollux::telemetry
