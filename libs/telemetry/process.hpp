// This process: its metrics, its host and its build.
#pragma once

#include <string>
#include <string_view>

namespace pollux::telemetry {

class Metrics;

// Adds the metrics process_* with the names that all Prometheus clients use, from Linux's proc(5):
// https://prometheus.io/docs/instrumenting/writing_clientlibs/#process-metrics.
void observe_process(Metrics& metrics);

// The name of this machine or container, which distinguishes replicas; "unknown" if the system does not know
// it.
std::string host_name();

std::string_view version();   // "0.1.0"
std::string_view compiler();  // "GCC 12.2.0"

// The commit that the program was built from and its date (UTC); empty if unknown. It is defined by a source
// that scripts/cmake/Revision.cmake writes and that only the programs link, so that a commit recompiles one
// file and links no test again.
std::string_view revision();  // "commit 95aa6b4c1f2e, 2026-11-26"

}  // namespace pollux::telemetry
