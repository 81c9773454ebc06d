// The queries of PostgresVoteStore, on a connection of their own. One thread at a time.
#pragma once

#include <string>

#include "base/result.hpp"
#include "poll/tally.hpp"
#include "postgres/session.hpp"
#include "store/postgres_options.hpp"

namespace pollux::store {

class PostgresVoteReader {
 public:
  PostgresVoteReader(const postgres::Url& url, const PostgresOptions& options);

  Result<poll::Tally> tally(const poll::PollId& poll);
  Result<poll::SelectionCounts> recount(const poll::PollId& poll);
  Result<poll::Version> latest_version();

 private:
  PostgresOptions options_;
  postgres::Session session_;
};

}  // namespace pollux::store
