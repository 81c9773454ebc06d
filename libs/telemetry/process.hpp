// This process: its metrics, its host and its build.
#pragma once

#include <string>
#include <string_view>

namespace pollux::telemetry {

class Metrics;

// Adds process_cpu_seconds_total, process_resident_memory_bytes, process_start_time_seconds, process_open_fds
// and process_max_fds, the standard names of Prometheus clients, from Linux's proc(5).
void observe_process(Metrics& metrics);

// The name of this machine or container, which distinguishes replicas; "unknown" if the system does not know
// it.
std::string host_name();

std::string_view version();   // "0.1.0"
std::string_view compiler();  // "GCC 12.2.0"

}  // namespace pollux::telemetry
