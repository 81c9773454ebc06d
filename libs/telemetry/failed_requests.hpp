// What a service does about a handler that threw or dropped its reply: it logs that with the route,
// and ends the process if an invariant is broken.
#pragma once

#include <exception>
#include <functional>
#include <string>

#include "http/server.hpp"
#include "telemetry/log.hpp"

namespace pollux::telemetry {

// Whether the exception says that the program itself is wrong: std::logic_error, an empty std::optional, the
// other alternative of a std::variant, an empty std::function. What a client sends never throws these:
// parsers answer with a Result.
bool is_broken_invariant(const std::exception_ptr& exception);

// For ServerOptions::on_failure of the listener of that name. Each route is logged at most once in
// Log::repeat_period, with what() and how many were left out. On a broken invariant the process is aborted
// after its line. The log outlives the server.
std::function<void(const http::HandlerFailure&)> report_failed_requests(std::string listener, Log& log);

}  // namespace pollux::telemetry
