// What SQLite's result codes mean to people and to the code that handles them.
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"

namespace pollux::store {

// `code` is an extended result code (https://www.sqlite.org/rescode.html), `path` names the database's file
// and `detail` is SQLite's own message, for the codes that we have no sentence of our own for.
Error sqlite_error(int code, std::string_view path, std::string_view detail);

}  // namespace pollux::store
