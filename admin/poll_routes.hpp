// Polls: listing, making, editing, opening and closing, deleting.
#pragma once

#include "admin/route_table.hpp"

namespace pollux::admin {

void add_poll_routes(RouteTable& table);

}  // namespace pollux::admin
