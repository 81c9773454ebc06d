#include "store/postgres_tally_reader.hpp"

#include "store/postgres_tally_query.hpp"

namespace pollux::store {

PostgresTallyReader::PostgresTallyReader(const PostgresUrl& url, const PostgresOptions& options)
    : options_(options),
      session_(url,
               [timeout = options.call_timeout](PostgresConnection& connection,
                                                const WaitLimit& limit) -> Result<void> {
                 if (auto done = set_up(connection, timeout, limit); !done) return done;
                 return prepare_tally_query(connection, limit);
               }) {}

Result<poll::Tally> PostgresTallyReader::tally(const poll::PollId& poll, const WaitLimit& limit) {
  const auto connection = session_.connection(limit);
  if (!connection) return connection.error();
  return read_tally(**connection, poll, limit);
}

}  // namespace pollux::store
