#include "store/sql_poll_rows.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>

#include "base/encoding.hpp"
#include "poll/question_json.hpp"

namespace pollux::store {
namespace {

constexpr std::string_view selected_columns = R"sql(
  SELECT p.id, p.code, p.title, p.state, p.run, p.revision, p.change_policy, p.results_policy, p.keep_days,
         p.opens_at, p.closes_at, p.zone, p.created_at, p.changed_at, r.question, r.opened_at, r.closed_at,
         p.maker, r.votes_deleted_at, p.accent, p.color_scheme, )sql";

constexpr std::string_view any_image = "p.logo";
constexpr std::string_view image_of_unknown_format =
    "CASE WHEN p.logo_revision = p.revision THEN NULL ELSE p.logo END";

constexpr std::string_view selected_from = R"sql(, p.logo_text, p.require_cookie,
         CASE WHEN p.logo_revision = p.revision THEN p.logo_hash END, p.logo_format
  FROM @managed_polls AS p JOIN @managed_runs AS r ON r.poll = p.id AND r.run = p.run
  WHERE p.removed_at IS NULL AND )sql";

std::optional<poll::Logo> read_logo(const std::string& image, const std::string& alternative) {
  auto bytes = decode_base64(image);
  if (!bytes) return std::nullopt;
  auto logo = poll::make_logo(*std::move(bytes), alternative);
  if (!logo) return std::nullopt;
  return *std::move(logo);
}

// What logo_format_text() has written.
std::optional<poll::LogoFormat> read_format(std::string_view text) {
  const std::size_t width_at = text.find(' ') + 1;
  const std::size_t height_at = text.find(' ', width_at) + 1;
  if (width_at == 0 || height_at == 0) return std::nullopt;
  const auto type = poll::parse_media_type(text.substr(0, width_at - 1));
  const auto side = [&](std::string_view digits) { return sql_number(std::string(digits)).value_or(0); };
  const auto width = side(text.substr(width_at, height_at - 1 - width_at));
  const auto height = side(text.substr(height_at));
  constexpr auto most = static_cast<std::int64_t>(poll::Logo::max_side);
  if (!type || width < 1 || width > most || height < 1 || height > most) return std::nullopt;
  return poll::LogoFormat{.type = *type,
                          .width = static_cast<std::uint32_t>(width),
                          .height = static_cast<std::uint32_t>(height)};
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
  const std::string& hash = row[first + 5];
  if (!image.empty()) {
    theme.logo = read_logo(image, row[first + 3]);
    if (!theme.logo) return std::nullopt;
  } else if (!hash.empty()) {
    const auto format = read_format(row[first + 6]);
    if (!format) return std::nullopt;
    theme.logo = {.hash = hash, .format = *format, .alternative = row[first + 3]};
  }
  return theme;
}

}  // namespace

std::string select_polls(Images images, std::string_view condition) {
  return std::string(selected_columns)
      .append(images == Images::read ? any_image : image_of_unknown_format)
      .append(selected_from)
      .append(condition);
}

std::string logo_format_text(const poll::LogoFormat& format) {
  return std::string(media_type(format.type)) + " " + std::to_string(format.width) + " " +
         std::to_string(format.height);
}

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
