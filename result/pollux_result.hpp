// The program `pollux-result`: the result page, fed by PostgreSQL.
#pragma once

#include <memory>

#include "base/result.hpp"
#include "lifecycle/service_program.hpp"
#include "result/options.hpp"

namespace pollux::result {

// Reads the tally, binds the listeners and serves.
// The options and the references of `startup` must outlive the service.
Result<std::unique_ptr<lifecycle::Service>> start(const Options& options, lifecycle::Startup& startup);

}  // namespace pollux::result
