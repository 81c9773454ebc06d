#include "store/postgres_tally_reader.hpp"

#include "store/postgres_tally_query.hpp"

namespace pollux::store {

PostgresTallyReader::PostgresTallyReader(const postgres::Url& url, const PostgresOptions& options)
    : options_(options), session_(url, options, prepare_tally_query) {}

Result<poll::Tally> PostgresTallyReader::tally(const poll::PollId& poll, const WaitLimit& limit) {
  const auto connection = session_.connection(limit);
  if (!connection) return connection.error();
  return read_tally(**connection, poll, limit);
}

}  // namespace pollux::store
