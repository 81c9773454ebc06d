// From a host's name to its addresses, within a limit: the system's resolver has none.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "base/result.hpp"

namespace pollux::redis {

// The numeric addresses in the order of preference, at least one. A name is asked for on a thread of its own,
// which lives on after the limit until the system's resolver gives up. The error's message is the reason
// alone
// ("Name or service not known"). Any thread.
Result<std::vector<std::string>> resolve(const std::string& host, std::chrono::milliseconds limit);

}  // namespace pollux::redis
