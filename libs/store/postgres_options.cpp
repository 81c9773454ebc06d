#include "store/postgres_options.hpp"

#include <string>

namespace pollux::store {

void tell(const PostgresProgress& progress, const std::string& what) {
  if (progress) progress(what);
}

Result<void> set_up(PostgresConnection& connection, std::chrono::milliseconds statement_timeout,
                    const WaitLimit& limit) {
  const std::string timeout = std::to_string(statement_timeout.count());
  // Compiling a statement costs more than any of ours takes. The last one is known since PostgreSQL 14.
  const auto set = connection.execute(
      "SET synchronous_commit = on; SET default_transaction_isolation = 'read committed'; SET jit = off;"
      "SET statement_timeout = " +
          timeout + "; SET idle_in_transaction_session_timeout = " + timeout +
          "; SELECT set_config(name, '5s', false) FROM pg_settings WHERE name = "
          "'client_connection_check_interval'",
      limit);
  if (!set) return set.error();
  return {};
}

}  // namespace pollux::store
