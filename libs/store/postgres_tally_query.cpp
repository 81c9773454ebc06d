#include "store/postgres_tally_query.hpp"

#include <charconv>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>

namespace pollux::store {
namespace {

constexpr const char* name = "tally";

// Sums of bigint are numeric, which never overflow.
constexpr const char* sql = R"sql(
  SELECT poll, version, selection, count
  FROM (SELECT poll, selection, sum(count) AS count FROM pollux_tallies WHERE poll = ANY ($1::text[]) GROUP BY poll, selection) AS t
  JOIN (SELECT poll, sum(changes) AS version FROM pollux_tally_slots WHERE poll = ANY ($1::text[]) GROUP BY poll) AS s USING (poll)
)sql";

Error damaged() {
  return {
      ErrorCode::internal,
      "The tallies in the database do not fit its votes. Repair them with `pollux-worker recount --repair`."};
}

Result<std::uint64_t> read_number(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number < 0) return damaged();
  return static_cast<std::uint64_t>(number);
}

// A row (poll, version, selection, count) of the query.
Result<void> read_row(const postgres::Rows& rows, int row, poll::Tally& tally) {
  const auto version = read_number(rows.text(row, 1));
  if (!version) return version.error();
  tally.version = *version;
  return read_count(rows, row, 2, tally.counts);
}

}  // namespace

Result<void> prepare_tally_query(postgres::Connection& connection, const WaitLimit& limit) {
  return connection.prepare(name, sql, limit);
}

Result<PostgresTallies> read_tallies(postgres::Connection& connection, std::span<const poll::PollId> polls,
                                     const WaitLimit& limit) {
  std::vector<std::string_view> names;
  std::map<std::string_view, poll::Tally> tallies;
  for (const poll::PollId& poll : polls) {
    names.emplace_back(poll.text());
    tallies.emplace(poll.text(), poll::Tally{.poll = poll, .version = 0, .counts = {}});
  }
  const auto rows = connection.execute_prepared(name, postgres::Parameters().add(names), limit);
  if (!rows) return rows.error();
  PostgresTallies read;
  for (int row = 0; row < rows->size(); ++row) {
    const auto found = tallies.find(rows->text(row, 0));
    if (found == tallies.end()) return damaged();
    if (auto added = read_row(*rows, row, found->second); !added)
      read.damaged.emplace(found->second.poll, added.error());
  }
  for (auto& [poll, tally] : tallies) {
    if (tally.version > 0 && !read.damaged.contains(tally.poll)) read.tallies.push_back(std::move(tally));
  }
  return read;
}

Result<poll::Tally> read_tally(postgres::Connection& connection, const poll::PollId& poll,
                               const WaitLimit& limit) {
  auto read = read_tallies(connection, std::span(&poll, 1), limit);
  if (!read) return read.error();
  if (!read->damaged.empty()) return read->damaged.begin()->second;
  if (read->tallies.empty()) return poll::Tally{.poll = poll, .version = 0, .counts = {}};
  return std::move(read->tallies.front());
}

Result<void> read_count(const postgres::Rows& rows, int row, int column, poll::SelectionCounts& counts) {
  const auto selection = poll::Selection::parse(rows.text(row, column));
  if (!selection)
    return Error{ErrorCode::internal,
                 "The database has a vote that nobody cast: " + selection.error().message};
  const auto count = read_number(rows.text(row, column + 1));
  if (!count) return count.error();
  if (*count > 0) counts[*selection] = *count;
  return {};
}

}  // namespace pollux::store
