// The program `pollux-result`: the result page, fed by PostgreSQL.
#pragma once

#include <memory>

#include "base/result.hpp"
#include "result/options.hpp"
#include "service/service_program.hpp"

namespace pollux::result {

// Reads the tally, binds the listeners and serves. An error is a sentence that says what to do. The options
// and what `startup` refers to outlive the service.
Result<std::unique_ptr<RunningService>> start(const Options& options, Startup& startup);

}  // namespace pollux::result
