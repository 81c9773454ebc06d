// Reads tallies and nothing else, for the service that shows them. The role pollux_result may do it.
#pragma once

#include <string>

#include "base/result.hpp"
#include "poll/tally.hpp"
#include "postgres/session.hpp"
#include "store/postgres_options.hpp"

namespace pollux::store {

// One connection, opened by the first call and again after it was lost. One thread at a time.
class PostgresTallyReader {
 public:
  PostgresTallyReader(const postgres::Url& url, const PostgresOptions& options);

  // The tally as of the last recorded batch; version 0 and no counts for a poll without votes.
  Result<poll::Tally> tally(const poll::PollId& poll) { return tally(poll, options_.call_limit()); }
  Result<poll::Tally> tally(const poll::PollId& poll, const WaitLimit& limit);

  // The next call opens another connection: the database may be another server by now.
  void reconnect() { session_.close(); }

 private:
  PostgresOptions options_;
  postgres::Session session_;
};

}  // namespace pollux::store
