// Accounts and API keys.
#pragma once

#include "admin/route_table.hpp"

namespace pollux::admin {

void add_account_routes(RouteTable& table);

}  // namespace pollux::admin
