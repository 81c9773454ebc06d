#include "store/postgres_tally_reader.hpp"

#include <charconv>
#include <cstdint>
#include <string_view>

namespace pollux::store {
namespace {

constexpr const char* query_name = "tally";

// One statement, so that version and counts are of one moment. Sums of bigint are numeric, which never
// overflow.
constexpr const char* query_sql = R"sql(
  SELECT version, selection, count
  FROM (SELECT selection, sum(count) AS count FROM pollux_tallies WHERE poll = $1::text GROUP BY selection) AS t
  CROSS JOIN (SELECT sum(changes) AS version FROM pollux_tally_slots WHERE poll = $1::text HAVING count(*) > 0) AS s
)sql";

Error damaged() {
  return {ErrorCode::internal,
          "The tallies in the database do not match its votes. Repair them with `pollux-worker recount "
          "--repair`."};
}

Result<std::uint64_t> read_number(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number < 0) return damaged();
  return static_cast<std::uint64_t>(number);
}

// A row (version, selection, count).
Result<void> read_row(const postgres::Rows& rows, int row, poll::Tally& tally) {
  const auto version = read_number(rows.text(row, 0));
  if (!version) return version.error();
  tally.version = *version;
  const auto selection = poll::Selection::parse(rows.text(row, 1));
  if (!selection) {
    return Error{ErrorCode::internal,
                 "The database has a tally of an invalid selection: " + selection.error().message};
  }
  const auto count = read_number(rows.text(row, 2));
  if (!count) return count.error();
  if (*count > 0) tally.counts[*selection] = *count;
  return {};
}

}  // namespace

PostgresTallyReader::PostgresTallyReader(const postgres::Url& url, const postgres::SessionOptions& options)
    : session_(url, options, [](postgres::Connection& connection, const WaitLimit& limit) {
        return connection.prepare(query_name, query_sql, limit);
      }) {}

Result<poll::Tally> PostgresTallyReader::tally(const poll::PollId& poll, const WaitLimit& limit) {
  const auto connection = session_.connection(limit);
  if (!connection) return connection.error();
  const auto rows =
      (*connection)->execute_prepared(query_name, postgres::Parameters().add(poll.text()), limit);
  if (!rows) return rows.error();
  poll::Tally tally{.poll = poll, .version = 0, .counts = {}};
  for (int row = 0; row < rows->size(); ++row) {
    if (auto read = read_row(*rows, row, tally); !read) return read.error();
  }
  return tally;
}

}  // namespace pollux::store
