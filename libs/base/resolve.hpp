// From a host's name to its addresses without waiting longer than wanted: the system's resolver has no limit.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/result.hpp"

namespace pollux {

// Numeric addresses in the order of preference, at least one. The error's message is the reason alone ("Name
// or service not known").
using ResolvedAddresses = Result<std::vector<std::string>>;

// Calls `done` once: at once for a numeric address or an error that is known at once, otherwise on a thread
// of its own, which lives until the system's resolver gives up. At most 32 such threads run at a time; beyond
// that it is an error. How long to wait for the answer is up to the caller. `done` must not throw. Any
// thread.
void resolve(const std::string& host, const std::function<void(ResolvedAddresses)>& done);

}  // namespace pollux
