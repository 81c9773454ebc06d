#include "store/postgres_vote_store.hpp"

#include "postgres/session.hpp"
#include "store/postgres_schema.hpp"

namespace pollux::store {

PostgresVoteStore::PostgresVoteStore(const postgres::Url& url, const Options& options)
    : writer_(url, options, options.slots), reader_(url, options) {}

Result<std::unique_ptr<PostgresVoteStore>> PostgresVoteStore::open(const postgres::Url& url,
                                                                   const Options& options,
                                                                   const WaitLimit& start) {
  auto connection = postgres::open_session(url, start);
  if (!connection) return connection.error();
  const auto migrated = migrate(*connection, postgres_migrations(),
                                {.waiting = start, .applying = std::chrono::minutes(5), .progress = {}});
  if (!migrated) return migrated.error();
  return std::unique_ptr<PostgresVoteStore>(new PostgresVoteStore(url, options));
}

Result<std::vector<poll::Tally>> PostgresVoteStore::record(std::span<const poll::QueuedVote> batch) {
  return writer_.record(batch);
}

Result<void> PostgresVoteStore::probe() {
  return writer_.probe();
}

Result<poll::Tally> PostgresVoteStore::tally(const poll::PollId& poll) {
  const std::lock_guard guard(reader_mutex_);
  return reader_.tally(poll);
}

Result<poll::SelectionCounts> PostgresVoteStore::recount(const poll::PollId& poll) {
  const std::lock_guard guard(reader_mutex_);
  return reader_.recount(poll);
}

Result<poll::Version> PostgresVoteStore::latest_version() {
  const std::lock_guard guard(reader_mutex_);
  return reader_.latest_version();
}

}  // namespace pollux::store
