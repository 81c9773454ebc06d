#include "store/testing/recorded_votes.hpp"

#include <chrono>
#include <cstdint>

#include "base/wait_limit.hpp"
#include "poll/testing/tabulate.hpp"

namespace pollux::store {
namespace {

WaitLimit generous_limit() {
  return WaitLimit::in(std::chrono::seconds(60));
}

}  // namespace

SqliteRecordedVotes::SqliteRecordedVotes(const std::filesystem::path& path)
    : connection_(SqliteConnection::open(path).value()) {
  connection_.execute("PRAGMA busy_timeout = 20000").value();
}

poll::SelectionCounts SqliteRecordedVotes::counts(const poll::PollId& poll) {
  auto statement =
      connection_.prepare("SELECT selection, COUNT(*) FROM votes WHERE poll = ?1 GROUP BY selection").value();
  statement.bind(1, poll.text());
  poll::SelectionCounts counts;
  while (statement.step().value()) {
    counts[poll::Selection::parse(statement.text(0)).value()] =
        static_cast<std::uint64_t>(statement.number(1));
  }
  return poll::by_key(counts);
}

PostgresRecordedVotes::PostgresRecordedVotes(const postgres::Url& url)
    : connection_(postgres::Connection::open(url, generous_limit()).value()) {}

poll::SelectionCounts PostgresRecordedVotes::counts(const poll::PollId& poll) {
  const auto rows =
      connection_
          .execute("SELECT selection, count(*) FROM pollux_votes WHERE poll = $1 GROUP BY selection",
                   postgres::Parameters().add(poll.text()), generous_limit())
          .value();
  poll::SelectionCounts counts;
  for (int row = 0; row < rows.size(); ++row) {
    counts[poll::Selection::parse(rows.text(row, 0)).value()] =
        static_cast<std::uint64_t>(rows.number(row, 1));
  }
  return poll::by_key(counts);
}

poll::Version PostgresRecordedVotes::latest_version() {
  const auto rows = connection_
                        .execute(R"sql(
    SELECT latest_time, latest_sequence FROM pollux_tally_slots
    ORDER BY latest_time DESC, latest_sequence DESC LIMIT 1)sql",
                                 generous_limit())
                        .value();
  if (rows.size() == 0) return {};
  return {static_cast<std::uint64_t>(rows.number(0, 0)), static_cast<std::uint64_t>(rows.number(0, 1))};
}

}  // namespace pollux::store
