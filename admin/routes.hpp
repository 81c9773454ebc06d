// The routes of the API, by topic. Each function adds its handlers to the table.
#pragma once

#include "admin/route_table.hpp"

namespace pollux::admin {

void add_session_routes(RouteTable& table);  // the first run, signing in and out, one's sessions
void add_account_routes(RouteTable& table);  // accounts and API keys
void add_poll_routes(RouteTable& table);     // listing, making, editing, opening and closing, deleting
void add_logo_routes(RouteTable& table);     // the logo of a poll
void add_result_routes(RouteTable& table);   // runs and their results
void add_export_routes(RouteTable& table);   // votes and results of all runs, of any length
void add_audit_routes(RouteTable& table);    // the audit log

}  // namespace pollux::admin
