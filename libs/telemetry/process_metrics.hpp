// What the system says about this process, under the names that all Prometheus clients use.
#pragma once

#include "telemetry/metrics.hpp"

namespace pollux::telemetry {

// Adds process_cpu_seconds_total, process_resident_memory_bytes, process_start_time_seconds, process_open_fds
// and process_max_fds, from Linux's proc(5).
void observe_process(Metrics& metrics);

}  // namespace pollux::telemetry
