// Poll definitions in a PostgreSQL database: written by workers, compared by result services.
#pragma once

#include <optional>

#include "base/result.hpp"
#include "poll/poll_run.hpp"
#include "postgres/session.hpp"

namespace pollux::store {

// One connection, opened by the first call and again after it was lost. One thread at a time.
class PostgresPolls {
 public:
  PostgresPolls(const postgres::Url& url, const postgres::SessionOptions& options);

  // The definitions of all runs of the poll. The role pollux_result has the right to read them; for a role
  // that lacks it, the message has the GRANT that it needs.
  Result<poll::PollDefinitions> runs(const poll::PollId& poll) { return runs(poll, session_.call_limit()); }
  Result<poll::PollDefinitions> runs(const poll::PollId& poll, const WaitLimit& limit);

  // Whether the last runs() failed because the table is missing or this role may not read it. The tallies may
  // still be readable: earlier versions had no such table.
  bool access_is_missing() const { return access_is_missing_; }

  // Writes the definitions that are missing or differ; does not touch the other rows.
  Result<void> write(const poll::PollDefinitions& definitions);

  std::optional<bool> connected() const { return session_.connected(); }  // any thread

 private:
  postgres::Session session_;
  bool access_is_missing_ = false;
};

}  // namespace pollux::store
