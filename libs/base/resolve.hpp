// Resolves host names without blocking: the system's resolver has no timeout.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/result.hpp"

namespace pollux {

// Numeric addresses in order of preference, at least one. The error message is only the reason ("Name or
// service not known").
using ResolvedAddresses = Result<std::vector<std::string>>;

// Calls `done` once: immediately for a numeric address or an immediate error, otherwise on a thread of its
// own, which lives until the system's resolver returns. At most 32 such threads run at a time; beyond that it
// is an error. The caller is responsible for a timeout. `done` must not throw. Any thread.
void resolve(const std::string& host, const std::function<void(ResolvedAddresses)>& done);

}  // namespace pollux
