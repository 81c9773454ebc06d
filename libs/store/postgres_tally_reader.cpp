#include "store/postgres_tally_reader.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <map>
#include <string_view>
#include <utility>

namespace pollux::store {
namespace {

constexpr const char* query_name = "tallies";

// $1: the polls. $2 and $3: as in TallyReader, the limit of a tally that is read in full, and how many keys
// are read of others. One statement, so that version and counts are of one moment. Sums of bigint are
// numeric, which never overflow. Keys without votes remain in the table; damaged ones, below zero, are always
// read.
constexpr const char* query_sql = R"sql(
  SELECT s.poll, version, selection, count, keys
  FROM (SELECT poll, sum(changes) AS version FROM pollux_tally_slots WHERE poll = ANY($1::text[]) GROUP BY poll) AS s
  LEFT JOIN (SELECT poll, selection, count, count(*) OVER (PARTITION BY poll) AS keys,
                    row_number() OVER (PARTITION BY poll ORDER BY selection LIKE '>%', count DESC, selection) AS place
             FROM (SELECT poll, selection, sum(count) AS count
                   FROM pollux_tallies WHERE poll = ANY($1::text[]) GROUP BY poll, selection) AS sums
             WHERE count <> 0) AS t
    ON t.poll = s.poll AND (keys <= $2::bigint OR place <= $3::bigint OR count < 0)
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

// A row (poll, version, selection, count, keys); poll and version alone if no key has votes.
Result<void> read_row(const postgres::Rows& rows, int row, poll::Tally& tally) {
  const auto version = read_number(rows.text(row, 1));
  if (!version) return version.error();
  tally.version = *version;
  if (rows.text(row, 2).empty()) return {};
  const auto selection = poll::Selection::parse(rows.text(row, 2));
  if (!selection) {
    return Error{ErrorCode::internal,
                 "The database has a tally of an invalid selection: " + selection.error().message};
  }
  const auto count = read_number(rows.text(row, 3));
  if (!count) return count.error();
  tally.counts[*selection] = *count;
  tally.omitted_keys = static_cast<std::uint64_t>(rows.number(row, 4));  // with those that are read
  return {};
}

}  // namespace

PostgresTallyReader::PostgresTallyReader(const postgres::Url& url, const postgres::SessionOptions& options)
    : session_(url, options, [](postgres::Connection& connection, const WaitLimit& limit) {
        return connection.prepare(query_name, query_sql, limit);
      }) {}

Result<poll::Tally> PostgresTallyReader::tally(const poll::PollId& poll, const WaitLimit& limit) {
  return std::move(read(std::span(&poll, 1), max_keys, top_keys, limit).front());
}

std::vector<Result<poll::Tally>> PostgresTallyReader::tallies(std::span<const poll::PollId> polls) {
  return read(polls, max_keys, top_keys, session_.call_limit());
}

Result<poll::Tally> PostgresTallyReader::full_tally(const poll::PollId& poll) {
  auto tally = std::move(read(std::span(&poll, 1), max_full_keys, 0, session_.call_limit()).front());
  if (tally && tally->omitted_keys > 0) return too_many_keys(poll);
  return tally;
}

std::vector<Result<poll::Tally>> PostgresTallyReader::read(std::span<const poll::PollId> polls,
                                                           std::int64_t full, std::int64_t top,
                                                           const WaitLimit& limit) {
  const auto rows = select(polls, full, top, limit);
  if (!rows) return std::vector<Result<poll::Tally>>(polls.size(), rows.error());
  std::vector<Result<poll::Tally>> tallies;
  std::map<std::string_view, Result<poll::Tally>*> by_poll;
  tallies.reserve(polls.size());
  for (const poll::PollId& poll : polls) {
    by_poll[poll.text()] = &tallies.emplace_back(poll::Tally{.poll = poll, .version = 0, .counts = {}});
  }
  for (int row = 0; row < rows->size(); ++row) {
    Result<poll::Tally>& tally = *by_poll.at(rows->text(row, 0));
    if (!tally) continue;
    if (auto read = read_row(*rows, row, *tally); !read) tally = read.error();
  }
  for (auto& tally : tallies) {
    if (tally) tally->omitted_keys -= std::min<std::uint64_t>(tally->omitted_keys, tally->counts.size());
  }
  return tallies;
}

Result<postgres::Rows> PostgresTallyReader::select(std::span<const poll::PollId> polls, std::int64_t full,
                                                   std::int64_t top, const WaitLimit& limit) {
  const auto connection = session_.connection(limit);
  if (!connection) return connection.error();
  std::vector<std::string_view> ids;
  ids.reserve(polls.size());
  for (const poll::PollId& poll : polls) ids.push_back(poll.text());
  return (*connection)
      ->execute_prepared(query_name, postgres::Parameters().add(ids).add(full).add(top), limit);
}

}  // namespace pollux::store
