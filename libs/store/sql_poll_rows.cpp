#include "store/sql_poll_rows.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>

#include "base/encoding.hpp"
#include "poll/question_json.hpp"

namespace pollux::store {
namespace {

std::optional<poll::Logo> read_logo(const std::string& image, const std::string& alternative) {
  auto bytes = decode_base64(image);
  if (!bytes) return std::nullopt;
  auto logo = poll::make_logo(*std::move(bytes), alternative);
  if (!logo) return std::nullopt;
  return *std::move(logo);
}

// The columns from `accent` on.
std::optional<poll::Theme> read_theme(const SqlRow& row, std::size_t first) {
  const std::string& accent = row[first];
  const std::string& image = row[first + 2];
  poll::Theme theme;
  if (!accent.empty()) {
    theme.accent = parse_color(accent);
    if (!theme.accent) return std::nullopt;
  }
  const auto parsed = poll::parse_color_scheme(row[first + 1]);
  if (!parsed) return std::nullopt;
  theme.scheme = *parsed;
  if (image.empty()) return theme;
  theme.logo = read_logo(image, row[first + 3]);
  if (!theme.logo) return std::nullopt;
  return theme;
}

}  // namespace

poll::PollResult<std::vector<SqlRow>> run_for_polls(SqlDatabase& database, std::string_view sql,
                                                    const std::vector<SqlValue>& values) {
  auto rows = database.run(sql, values);
  if (!rows) return poll::poll_error(rows.error());
  return *std::move(rows);
}

poll::PollError damaged_poll(const std::string& id) {
  return {poll::PollErrorCode::internal, "The database has a poll that this program can't read (" + id +
                                             "). A newer version may have written it."};
}

poll::PollResult<poll::ManagedPoll> read_poll(const SqlRow& row) {
  const auto id = poll::PollId::parse(row[0]);
  const auto code = poll::PollCode::parse(row[1]);
  const auto state = poll::parse_state(row[3]);
  const auto run = sql_number(row[4]);
  const auto revision = sql_number(row[5]);
  const auto change = poll::parse_change_policy(row[6]);
  const auto results = poll::parse_results_policy(row[7]);
  const auto keep_days = sql_number(row[8]);
  const auto created_at = time_of_sql(row[12]);
  const auto changed_at = time_of_sql(row[13]);
  auto question = poll::parse_question_json(row[14]);
  auto theme = read_theme(row, 19);
  const auto require_cookie = sql_number(row[23]);
  if (!id || !code || !state || !run || !revision || !change || !results || !created_at || !changed_at ||
      !question || !theme || !require_cookie) {
    return damaged_poll(row[0]);
  }
  poll::ManagedPoll poll{.id = *id,
                         .code = *code,
                         .content = {.title = row[2], .question = *std::move(question)},
                         .state = *state,
                         .run = static_cast<std::uint32_t>(*run),
                         .revision = static_cast<std::uint64_t>(*revision),
                         .created_at = *created_at,
                         .changed_at = *changed_at,
                         .opened_at = time_of_sql(row[15]),
                         .closed_at = time_of_sql(row[16])};
  if (!row[17].empty()) {
    auto maker = poll::MakerId::parse(row[17]);
    if (!maker) return damaged_poll(row[0]);
    poll.maker = *std::move(maker);
  }
  poll.votes_deleted_at = time_of_sql(row[18]);
  poll.content.policies = {.change = *change,
                           .results = *results,
                           .keep_days = std::nullopt,
                           .require_cookie = *require_cookie != 0};
  if (keep_days) poll.content.policies.keep_days = static_cast<std::uint32_t>(*keep_days);
  poll.content.theme = *std::move(theme);
  poll.content.schedule = {
      .opens_at = time_of_sql(row[9]), .closes_at = time_of_sql(row[10]), .zone = row[11]};
  return poll;
}

poll::PollResult<poll::PollRun> read_run(const SqlRow& row, const poll::PollId& poll) {
  const auto run = sql_number(row[0]);
  auto question = poll::parse_question_json(row[1]);
  if (!run || !question) return damaged_poll(poll.text());
  return poll::PollRun{.run = static_cast<std::uint32_t>(*run),
                       .question = *std::move(question),
                       .opened_at = time_of_sql(row[2]),
                       .closed_at = time_of_sql(row[3]),
                       .votes_deleted_at = time_of_sql(row[4])};
}

}  // namespace pollux::store
