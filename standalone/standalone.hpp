// The program `pollux`: vote, worker and result in one process, on one file.
#pragma once

#include <memory>

#include "base/result.hpp"
#include "lifecycle/service_program.hpp"
#include "standalone/options.hpp"

namespace pollux::standalone {

// Opens the store, binds the listeners and serves. The options and what `startup` refers to outlive the
// service.
Result<std::unique_ptr<lifecycle::Service>> start(const Options& options, lifecycle::Startup& startup);

}  // namespace pollux::standalone
