// The VoteReader on a database with SQL.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "poll/vote_reader.hpp"
#include "store/sql_database.hpp"

namespace pollux::store {

// Contract: poll::VoteReader.
class SqlVoteReader : public poll::VoteReader {
 public:
  explicit SqlVoteReader(std::unique_ptr<SqlDatabase> database) : database_(std::move(database)) {}

  Result<std::vector<poll::RecordedVote>> votes(const poll::PollId& run,
                                                const std::optional<poll::VoterId>& after,
                                                std::size_t limit) override;
  Result<std::string> export_key(const poll::PollId& poll) override;

 private:
  std::unique_ptr<SqlDatabase> database_;
};

}  // namespace pollux::store
