// Runs, results, and the audit log.
#pragma once

#include "admin/route_table.hpp"

namespace pollux::admin {

void add_result_routes(RouteTable& table);

}  // namespace pollux::admin
