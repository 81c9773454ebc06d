#include "store/postgres_tally_reader.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <map>
#include <string_view>
#include <utility>

namespace pollux::store {
namespace {

// Of each of these it is one statement that reads version and counts, so that they are of one moment. Sums of
// bigint are numeric, which never overflow. Keys without votes remain in the table.
//
// $1: the polls. $2: how many keys of each at most. What nearly every poll needs, many times a second: no
// sort, and index scans regardless of the statistics.
constexpr const char* tallies_name = "tallies";
constexpr const char* tallies_sql = R"sql(
  SELECT asked.poll, version, selection, count
  FROM unnest($1::text[]) AS asked (poll)
  CROSS JOIN LATERAL (
    SELECT sum(changes) AS version FROM pollux_tally_slots WHERE poll = asked.poll HAVING count(*) > 0) AS v
  LEFT JOIN LATERAL (
    SELECT selection, sum(count) AS count FROM pollux_tallies
    WHERE poll = asked.poll GROUP BY selection HAVING sum(count) <> 0 LIMIT $2::bigint) AS s ON true
)sql";

// $1: the poll. $2: how many keys at most, in the order of TallyReader. Damaged counts, below zero, are
// always read.
constexpr const char* top_name = "top_tally";
constexpr const char* top_tally_sql = R"sql(
  SELECT $1::text, version, selection, count, keys
  FROM (SELECT selection, count, count(*) OVER () AS keys,
               row_number() OVER (ORDER BY selection LIKE '>%', count DESC, selection) AS place
        FROM (SELECT selection, sum(count) AS count FROM pollux_tallies WHERE poll = $1::text GROUP BY selection) AS s
        WHERE count <> 0) AS t
  RIGHT JOIN (SELECT sum(changes) AS version FROM pollux_tally_slots WHERE poll = $1::text HAVING count(*) > 0) AS s
    ON place <= $2::bigint OR count < 0
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

// A row (poll, version, selection, count); poll and version alone if no key has votes.
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
  return {};
}

}  // namespace

PostgresTallyReader::PostgresTallyReader(const postgres::Url& url, const postgres::SessionOptions& options)
    : session_(url, options, [](postgres::Connection& connection, const WaitLimit& limit) {
        if (auto done = connection.prepare(tallies_name, tallies_sql, limit); !done) return done;
        return connection.prepare(top_name, top_tally_sql, limit);
      }) {}

Result<poll::Tally> PostgresTallyReader::tally(const poll::PollId& poll, const WaitLimit& limit) {
  return std::move(read(std::span(&poll, 1), limit).front());
}

std::vector<Result<poll::Tally>> PostgresTallyReader::tallies(std::span<const poll::PollId> polls) {
  return read(polls, session_.call_limit());
}

Result<poll::Tally> PostgresTallyReader::full_tally(const poll::PollId& poll) {
  auto tally = std::move(read_all(std::span(&poll, 1), max_full_keys, session_.call_limit()).front());
  if (tally && tally->counts.size() > static_cast<std::size_t>(max_full_keys)) return too_many_keys(poll);
  return tally;
}

std::vector<Result<poll::Tally>> PostgresTallyReader::read(std::span<const poll::PollId> polls,
                                                           const WaitLimit& limit) {
  auto tallies = read_all(polls, max_keys, limit);
  for (auto& tally : tallies) {
    if (tally && tally->counts.size() > static_cast<std::size_t>(max_keys)) {
      tally = read_top(tally->poll, limit);
    }
  }
  return tallies;
}

// Of a poll with more keys than `max` it reads one more.
std::vector<Result<poll::Tally>> PostgresTallyReader::read_all(std::span<const poll::PollId> polls,
                                                               std::int64_t max, const WaitLimit& limit) {
  std::vector<std::string_view> ids;
  ids.reserve(polls.size());
  for (const poll::PollId& poll : polls) ids.push_back(poll.text());
  const auto rows = select(tallies_name, postgres::Parameters().add(ids).add(max + 1), limit);
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
  return tallies;
}

Result<poll::Tally> PostgresTallyReader::read_top(const poll::PollId& poll, const WaitLimit& limit) {
  const auto rows = select(top_name, postgres::Parameters().add(poll.text()).add(top_keys), limit);
  if (!rows) return rows.error();
  poll::Tally tally{.poll = poll, .version = 0, .counts = {}};
  std::uint64_t keys = 0;
  for (int row = 0; row < rows->size(); ++row) {
    if (auto read = read_row(*rows, row, tally); !read) return read.error();
    keys = static_cast<std::uint64_t>(rows->number(row, 4));
  }
  tally.omitted_keys = keys - std::min<std::uint64_t>(keys, tally.counts.size());
  return tally;
}

Result<postgres::Rows> PostgresTallyReader::select(const char* statement,
                                                   const postgres::Parameters& parameters,
                                                   const WaitLimit& limit) {
  const auto connection = session_.connection(limit);
  if (!connection) return connection.error();
  return (*connection)->execute_prepared(statement, parameters, limit);
}

}  // namespace pollux::store
