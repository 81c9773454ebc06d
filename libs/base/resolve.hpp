// From a host's name to its addresses without waiting longer than wanted: the system's resolver has no limit.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "base/result.hpp"

namespace pollux {

// Numeric addresses in the order of preference, at least one. The error's message is the reason alone ("Name
// or service not known").
using ResolvedAddresses = Result<std::vector<std::string>>;

// Calls `done` once: at once for a numeric address, otherwise on a thread of its own, which lives until the
// system's resolver gives up. At most 32 such threads run at a time; beyond that it is an error. `done` must
// not throw. Any thread.
void resolve(const std::string& host, std::function<void(ResolvedAddresses)> done);

// The same for a thread that waits, at most for `limit`.
ResolvedAddresses resolve(const std::string& host, std::chrono::milliseconds limit);

}  // namespace pollux
