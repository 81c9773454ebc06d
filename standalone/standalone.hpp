// The program `pollux`: vote, worker and result in one process, on one file.
#pragma once

#include <memory>

#include "base/result.hpp"
#include "service/service_program.hpp"
#include "standalone/options.hpp"

namespace pollux::standalone {

// Opens the store, binds the listeners and serves. An error is a sentence that says what to do. The options
// and what `startup` refers to outlive the service.
Result<std::unique_ptr<RunningService>> start(const Options& options, Startup& startup);

}  // namespace pollux::standalone
