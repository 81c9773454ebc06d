// What people are asked, in a PostgreSQL database: copied there by workers, compared there by result
// services.
#pragma once

#include "base/result.hpp"
#include "poll/poll_run.hpp"
#include "postgres/session.hpp"
#include "store/postgres_options.hpp"

namespace pollux::store {

// One connection, opened by the first call and again after it was lost. One thread at a time.
class PostgresPolls {
 public:
  PostgresPolls(const postgres::Url& url, const PostgresOptions& options);

  // Of all runs of the poll. The role pollux_result may read them; the error of a role that may not has the
  // GRANT that it needs.
  Result<poll::PollDefinitions> runs(const poll::PollId& poll) { return runs(poll, options_.call_limit()); }
  Result<poll::PollDefinitions> runs(const poll::PollId& poll, const WaitLimit& limit);

  // Whether the last runs() failed because the table is not there yet or this role may not read it. The
  // tallies may be readable all the same: earlier versions had no such table.
  bool access_is_missing() const { return access_is_missing_; }

  // Writes those that are not there or differ; a row that is right is not touched.
  Result<void> write(const poll::PollDefinitions& definitions);

 private:
  PostgresOptions options_;
  postgres::Session session_;
  bool access_is_missing_ = false;
};

}  // namespace pollux::store
