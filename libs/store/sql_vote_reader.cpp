#include "store/sql_vote_reader.hpp"

#include <array>
#include <cstdint>
#include <string_view>

#include "base/encoding.hpp"
#include "base/random.hpp"

namespace pollux::store {
namespace {

// A range of the primary key, in its order.
constexpr std::string_view select_votes =
    "SELECT voter, selection FROM @votes WHERE poll = $1 AND voter > $2 ORDER BY voter LIMIT $3";

constexpr std::string_view insert_export_key = R"sql(
  INSERT INTO @export_keys (poll, export_key)
  SELECT id, CAST($1 AS text) FROM @managed_polls WHERE id = $2 AND removed_at IS NULL
  ON CONFLICT (poll) DO NOTHING)sql";

constexpr std::string_view select_export_key = "SELECT export_key FROM @export_keys WHERE poll = $1";

constexpr std::size_t key_bytes = 32;

}  // namespace

Result<std::vector<poll::RecordedVote>> SqlVoteReader::votes(const poll::PollId& run,
                                                             const std::optional<poll::VoterId>& after,
                                                             std::size_t limit) {
  if (limit < 1 || limit > max_page) {
    return invalid("The length of a page must be between 1 and " + std::to_string(max_page) + ".");
  }
  const std::string_view last = after ? std::string_view(after->text()) : std::string_view();
  const auto rows = database_->run(select_votes, {run.text(), last, static_cast<std::int64_t>(limit)});
  if (!rows) return rows.error();
  std::vector<poll::RecordedVote> votes;
  votes.reserve(rows->size());
  for (const SqlRow& row : *rows) {
    auto voter = poll::VoterId::parse(row[0]);
    auto selection = poll::Selection::parse(row[1]);
    if (!voter || !selection) {
      return Error{ErrorCode::internal, "A recorded vote of " + run.text() + " is damaged: " +
                                            (voter ? selection.error().message : voter.error().message)};
    }
    votes.push_back({*std::move(voter), *std::move(selection)});
  }
  return votes;
}

Result<std::string> SqlVoteReader::export_key(const poll::PollId& poll) {
  // Not written again for each export: reading does not wait for others who write.
  const auto known = database_->run(select_export_key, {poll.text()});
  if (!known) return known.error();
  if (!known->empty()) return known->front()[0];
  const std::string made = to_hex(random_bytes<key_bytes>());
  const auto inserted = database_->run(insert_export_key, {made, poll.text()});
  if (!inserted) return inserted.error();
  const auto stored = database_->run(select_export_key, {poll.text()});
  if (!stored) return stored.error();
  if (stored->empty()) return invalid("There is no such poll.");
  return stored->front()[0];
}

}  // namespace pollux::store
