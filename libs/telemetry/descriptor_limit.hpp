// How many connections and files the process may have open, and who gets the last of them.
//
// Page listeners leave some descriptors to the rest of the program: the management listener, which has to
// answer probes also under a flood of connections, the database and the queue.
#pragma once

#include <cstddef>
#include <functional>
#include <string>

#include "http/server.hpp"
#include "telemetry/log.hpp"

namespace pollux::telemetry {

// Raises the process's own limit (the soft one of RLIMIT_NOFILE, often 1024 for the sake of select(2)) to
// what the system grants it (the hard one), and gives what holds then. At the start of a program, before
// threads.
std::size_t raise_descriptor_limit();

// How many of `limit` descriptors page listeners leave to others: a quarter, 16 to 128. The
// management listener alone may need some 80.
std::size_t descriptors_left_to_others(std::size_t limit);

// Lets the server of a page leave that many, under the limit that holds now, and hold no more connections
// than its share of the rest, so that a flood of one page leaves the others theirs. `listeners` (at least 1)
// share it. Logs at most once in Log::repeat_period that it sheds connections. The log outlives the server.
void share_descriptors(http::ServerOptions& server, std::size_t listeners, const std::string& listener,
                       Log& log);

// For the on_shed of a listener whose number of connections is not a setting: logs it, as rarely as above.
std::function<void(http::Shed)> report_shed(const std::string& listener, std::size_t connections, Log& log);

// Warns where the limit is too small for so many connections of all page listeners together.
void warn_where_descriptors_are_few(std::size_t connections, Log& log);

}  // namespace pollux::telemetry
