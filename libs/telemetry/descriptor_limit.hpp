// The limit of open descriptors, and how listeners share it.
//
// Page listeners leave some descriptors to the rest of the program: the management listener, which must
// answer probes during a flood of connections, the database and the queue.
#pragma once

#include <cstddef>
#include <functional>
#include <string>

#include "http/server.hpp"
#include "telemetry/log.hpp"

namespace pollux::telemetry {

// Raises the soft limit RLIMIT_NOFILE (often 1024 for the sake of select(2)) to the hard limit, and returns
// the resulting limit. Call at the start of the program, before threads start.
std::size_t raise_descriptor_limit();

// How many of `limit` descriptors page listeners reserve for others: a quarter, 16 to 128. The management
// listener alone may need some 80.
std::size_t descriptors_left_to_others(std::size_t limit);

// Makes a page's server reserve that many, and hold no more connections than its share of the rest, so that a
// flood of one page leaves the others theirs. `listeners` (at least 1) share them. Connection shedding is
// logged at most once per Log::repeat_period. The log outlives the server.
void share_descriptors(http::ServerOptions& server, std::size_t listeners, const std::string& listener,
                       Log& log);

// The on_shed callback of a listener with a fixed number of connections: logs it, rate-limited as above.
std::function<void(http::Shed)> report_shed(const std::string& listener, std::size_t connections, Log& log);

// Warns if the limit is too small for this number of connections of all page listeners.
void warn_of_few_descriptors(std::size_t connections, Log& log);

}  // namespace pollux::telemetry
