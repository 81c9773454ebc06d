// What a command waits for.
#pragma once

#include <functional>
#include <string>

#include "postgres/session.hpp"

namespace pollux::store {

using PostgresOptions = postgres::SessionOptions;

// Told what a command waits for, as the end of "Waiting …", when that changes; may be empty. On the thread
// that calls.
using PostgresProgress = std::function<void(const std::string& what)>;
void tell(const PostgresProgress& progress, const std::string& what);

}  // namespace pollux::store
