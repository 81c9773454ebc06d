// Reads tallies from PostgreSQL. The role pollux_result has the right to do so.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "poll/ports.hpp"
#include "postgres/session.hpp"

namespace pollux::store {

// A tally is the sum over the slots of all recorders, at one moment. One connection, opened by the first call
// and again after it was lost. One thread at a time.
class PostgresTallyReader : public poll::TallyReader {
 public:
  PostgresTallyReader(const postgres::Url& url, const postgres::SessionOptions& options);

  Result<poll::Tally> tally(const poll::PollId& poll) override { return tally(poll, session_.call_limit()); }
  Result<poll::Tally> tally(const poll::PollId& poll, const WaitLimit& limit);

  std::vector<Result<poll::Tally>> tallies(std::span<const poll::PollId> polls) override;

  Result<poll::Tally> full_tally(const poll::PollId& poll) override;

  // The next call opens another connection: by now the address may lead to another server.
  void reconnect() { session_.close(); }

  std::optional<bool> connected() const { return session_.connected(); }  // any thread

 private:
  std::vector<Result<poll::Tally>> read(std::span<const poll::PollId> polls, const WaitLimit& limit);
  std::vector<Result<poll::Tally>> read_all(std::span<const poll::PollId> polls, std::int64_t max,
                                            const WaitLimit& limit);
  Result<poll::Tally> read_top(const poll::PollId& poll, const WaitLimit& limit);
  Result<postgres::Rows> select(const char* statement, const postgres::Parameters& parameters,
                                const WaitLimit& limit);

  postgres::Session session_;
};

}  // namespace pollux::store
