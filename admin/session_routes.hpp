// The first run, signing in and out, and one's sessions.
#pragma once

#include "admin/route_table.hpp"

namespace pollux::admin {

void add_session_routes(RouteTable& table);

}  // namespace pollux::admin
