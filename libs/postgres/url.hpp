// Where a database is, as libpq writes it: postgresql://user:password@host:port/name?sslmode=verify-full or
// "host=… dbname=…" (https://www.postgresql.org/docs/15/libpq-connect.html#LIBPQ-CONNSTRING).
#pragma once

#include <string>

#include "base/result.hpp"

namespace pollux {

// For logs and messages: user, host, port and database, never the password. A text that is not a URL becomes
// "(not a database URL)", because what is wrong with it might be the password.
std::string url_without_password(const std::string& url);

// The error says how a URL is written, not what was in this one.
Result<void> check_postgres_url(const std::string& url);

}  // namespace pollux
