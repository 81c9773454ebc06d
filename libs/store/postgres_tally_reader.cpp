#include "store/postgres_tally_reader.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <string_view>

namespace pollux::store {
namespace {

constexpr const char* query_name = "tally";

// $2 and $3: as in TallyReader, the limit of a tally that is read in full, and how many keys are read of
// others. One statement, so that version and counts are of one moment. Sums of bigint are numeric, which
// never overflow. Keys without votes remain in the table; damaged ones, below zero, are always read.
constexpr const char* query_sql = R"sql(
  SELECT version, selection, count, keys
  FROM (SELECT selection, count, count(*) OVER () AS keys,
               row_number() OVER (ORDER BY selection LIKE '>%', count DESC, selection) AS place
        FROM (SELECT selection, sum(count) AS count FROM pollux_tallies WHERE poll = $1::text GROUP BY selection) AS s
        WHERE count <> 0) AS t
  RIGHT JOIN (SELECT sum(changes) AS version FROM pollux_tally_slots WHERE poll = $1::text HAVING count(*) > 0) AS s
    ON keys <= $2::bigint OR place <= $3::bigint OR count < 0
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

// A row (version, selection, count, keys); the version alone if no key has votes.
Result<void> read_row(const postgres::Rows& rows, int row, poll::Tally& tally) {
  const auto version = read_number(rows.text(row, 0));
  if (!version) return version.error();
  tally.version = *version;
  if (rows.text(row, 1).empty()) return {};
  const auto selection = poll::Selection::parse(rows.text(row, 1));
  if (!selection) {
    return Error{ErrorCode::internal,
                 "The database has a tally of an invalid selection: " + selection.error().message};
  }
  const auto count = read_number(rows.text(row, 2));
  if (!count) return count.error();
  tally.counts[*selection] = *count;
  tally.omitted_keys = static_cast<std::uint64_t>(rows.number(row, 3));  // with those that are read
  return {};
}

}  // namespace

PostgresTallyReader::PostgresTallyReader(const postgres::Url& url, const postgres::SessionOptions& options)
    : session_(url, options, [](postgres::Connection& connection, const WaitLimit& limit) {
        return connection.prepare(query_name, query_sql, limit);
      }) {}

Result<poll::Tally> PostgresTallyReader::tally(const poll::PollId& poll, const WaitLimit& limit) {
  return read(poll, max_keys, top_keys, limit);
}

Result<poll::Tally> PostgresTallyReader::full_tally(const poll::PollId& poll) {
  auto tally = read(poll, max_full_keys, 0, session_.call_limit());
  if (tally && tally->omitted_keys > 0) return too_many_keys(poll);
  return tally;
}

Result<poll::Tally> PostgresTallyReader::read(const poll::PollId& poll, std::int64_t full, std::int64_t top,
                                              const WaitLimit& limit) {
  const auto connection = session_.connection(limit);
  if (!connection) return connection.error();
  const auto rows =
      (*connection)
          ->execute_prepared(query_name, postgres::Parameters().add(poll.text()).add(full).add(top), limit);
  if (!rows) return rows.error();
  poll::Tally tally{.poll = poll, .version = 0, .counts = {}};
  for (int row = 0; row < rows->size(); ++row) {
    if (auto read = read_row(*rows, row, tally); !read) return read.error();
  }
  tally.omitted_keys -= std::min<std::uint64_t>(tally.omitted_keys, tally.counts.size());
  return tally;
}

}  // namespace pollux::store
