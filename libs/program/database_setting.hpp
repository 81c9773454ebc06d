#pragma once

#include <string>

#include "service/settings.hpp"

namespace pollux {

// Declares `database-url` in the group "Database". What `url` holds is the default.
void declare_database(Settings& settings, std::string& url);

}  // namespace pollux
