#include "store/postgres_vote_reader.hpp"

#include <cstdint>

#include "store/postgres_tally_query.hpp"

namespace pollux::store {
namespace {

constexpr std::chrono::milliseconds recount_timeout{300'000};

}  // namespace

PostgresVoteReader::PostgresVoteReader(const postgres::Url& url, const PostgresOptions& options)
    : options_(options), session_(url, {recount_timeout, options.interrupt}, prepare_tally_query) {}

Result<poll::Tally> PostgresVoteReader::tally(const poll::PollId& poll) {
  const WaitLimit limit = options_.call_limit();
  const auto connection = session_.connection(limit);
  if (!connection) return connection.error();
  return read_tally(**connection, poll, limit);
}

Result<poll::SelectionCounts> PostgresVoteReader::recount(const poll::PollId& poll) {
  const WaitLimit limit = WaitLimit::in(recount_timeout, options_.interrupt);
  const auto connection = session_.connection(limit);
  if (!connection) return connection.error();
  const auto rows =
      (*connection)
          ->execute("SELECT selection, count(*) FROM pollux_votes WHERE poll = $1 GROUP BY selection",
                    postgres::Parameters().add(poll.text()), limit);
  if (!rows) return rows.error();
  poll::SelectionCounts counts;
  for (int row = 0; row < rows->size(); ++row) {
    if (auto read = read_count(*rows, row, 0, counts); !read) return read.error();
  }
  return counts;
}

Result<poll::Version> PostgresVoteReader::latest_version() {
  const WaitLimit limit = options_.call_limit();
  const auto connection = session_.connection(limit);
  if (!connection) return connection.error();
  const auto rows = (*connection)
                        ->execute(R"sql(
    SELECT latest_time, latest_sequence FROM pollux_tally_slots
    ORDER BY latest_time DESC, latest_sequence DESC LIMIT 1)sql",
                                  limit);
  if (!rows) return rows.error();
  if (rows->size() == 0) return poll::Version{};
  return poll::Version{static_cast<std::uint64_t>(rows->number(0, 0)),
                       static_cast<std::uint64_t>(rows->number(0, 1))};
}

}  // namespace pollux::store
