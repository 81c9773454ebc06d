// What people are asked, in a PostgreSQL database: copied there by workers, compared there by result
// services.
#pragma once

#include <map>

#include "base/result.hpp"
#include "poll/poll_run.hpp"
#include "postgres/session.hpp"
#include "store/postgres_options.hpp"

namespace pollux {

using PollDefinitions = std::map<PollId, PollDefinition>;

// One connection, made by the first call and anew after it was lost. One thread at a time.
class PostgresPolls {
 public:
  PostgresPolls(const PostgresUrl& url, const PostgresOptions& options);

  // Of all runs of the poll. The role pollux_result may read them.
  Result<PollDefinitions> runs(const PollId& poll) { return runs(poll, options_.call_limit()); }
  Result<PollDefinitions> runs(const PollId& poll, const WaitLimit& limit);

  // Writes those that are not there or differ.
  Result<void> write(const PollDefinitions& definitions);

 private:
  PostgresOptions options_;
  PostgresSession session_;
};

}  // namespace pollux
