#include "store/sql_poll_writes.hpp"

#include <string_view>
#include <vector>

#include "base/color.hpp"
#include "base/encoding.hpp"
#include "poll/question_json.hpp"
#include "store/sql_poll_rows.hpp"

namespace pollux::store {
namespace {

using poll::ManagedPoll;
using poll::PollId;
using poll::PollResult;
using poll::PollTime;

// In both, $1 to $20 are PollColumns.
constexpr std::string_view insert_poll_row = R"sql(
  INSERT INTO @managed_polls (title, search, state, run, revision, change_policy, results_policy,
                              keep_days, opens_at, closes_at, zone, changed_at,
                              accent, color_scheme, logo, logo_text, require_cookie,
                              logo_hash, logo_format, logo_revision,
                              id, code, created_at, maker, creation_key)
  VALUES ($1, $2, $3, $4, $5, $6, $7,
          NULLIF($8, 0), NULLIF($9, 0), NULLIF($10, 0), $11, $12,
          NULLIF($13, ''), $14, NULLIF($15, ''), $16, $17,
          NULLIF($18, ''), NULLIF($19, ''), $20,
          $21, $22, $23, NULLIF($24, ''), NULLIF($25, '')))sql";

constexpr std::string_view update_poll_row = R"sql(
  UPDATE @managed_polls SET
    title = $1, search = $2, state = $3, run = $4, revision = $5, change_policy = $6, results_policy = $7,
    keep_days = NULLIF($8, 0), opens_at = NULLIF($9, 0), closes_at = NULLIF($10, 0), zone = $11, changed_at = $12,
    accent = NULLIF($13, ''), color_scheme = $14, logo = NULLIF($15, ''), logo_text = $16, require_cookie = $17,
    logo_hash = NULLIF($18, ''), logo_format = NULLIF($19, ''), logo_revision = $20
  WHERE id = $21)sql";

constexpr std::string_view put_run = R"sql(
  INSERT INTO @managed_runs (poll, run, question, opened_at, closed_at)
  VALUES ($1, $2, $3, NULLIF($4, 0), NULLIF($5, 0))
  ON CONFLICT (poll, run) DO UPDATE SET
    question = excluded.question, opened_at = excluded.opened_at, closed_at = excluded.closed_at)sql";

// Votes may have been recorded for it, which are deleted as those of other runs; no one lists it.
constexpr std::string_view put_unknown_run = R"sql(
  INSERT INTO @managed_runs (poll, run, question, closed_at) VALUES ($1, $2, '', $3)
  ON CONFLICT (poll, run) DO UPDATE SET question = '', closed_at = excluded.closed_at)sql";

constexpr std::string_view empty_poll_row = R"sql(
  UPDATE @managed_polls SET
    title = '', search = '', logo = NULL, logo_text = '', logo_hash = NULL, revision = revision + 1, removed_at = $1
  WHERE id = $2)sql";

// Empty: none.
std::string accent_of(const poll::Theme& theme) {
  return theme.accent ? to_text(*theme.accent) : std::string();
}

// The columns of the logo. Empty: none.
struct LogoColumns {
  std::string image{};
  std::string alternative{};
  std::string hash{};
  std::string format{};
};

LogoColumns logo_of(const poll::Theme& theme) {
  LogoColumns columns;
  if (!theme.logo || !theme.logo->image) return columns;
  append_base64(columns.image, *theme.logo->image);
  columns.alternative = theme.logo->alternative;
  columns.hash = theme.logo->hash;
  columns.format = logo_format_text(theme.logo->format);
  return columns;
}

// The columns of a poll that an edit may change. Both it and the poll must outlive the values.
class PollColumns {
 public:
  explicit PollColumns(const ManagedPoll& poll)
      : poll_(poll),
        search_(search_text(poll)),
        accent_(accent_of(poll.content.theme)),
        logo_(logo_of(poll.content.theme)) {}

  std::vector<SqlValue> values() const {
    const auto& [title, question, policies, schedule, theme] = poll_.content;
    const auto revision = static_cast<std::int64_t>(poll_.revision);
    return {title,
            search_,
            name_of(poll_.state),
            std::int64_t{poll_.run},
            revision,
            name_of(policies.change),
            name_of(policies.results),
            std::int64_t{policies.keep_days.value_or(0)},
            sql_time(schedule.opens_at),
            sql_time(schedule.closes_at),
            schedule.zone,
            sql_time(poll_.changed_at),
            accent_,
            name_of(theme.scheme),
            logo_.image,
            logo_.alternative,
            std::int64_t{policies.require_cookie},
            logo_.hash,
            logo_.format,
            revision};
  }

 private:
  const ManagedPoll& poll_;
  std::string search_;
  std::string accent_;
  LogoColumns logo_;
};

// A poll has few runs; a damaged gate may have any number.
constexpr std::uint32_t most_unknown_runs = 100;

// A statement without rows.
PollResult<void> execute(SqlDatabase& database, std::string_view sql, const std::vector<SqlValue>& values) {
  const auto done = run_for_polls(database, sql, values);
  if (!done) return done.error();
  return {};
}

PollResult<void> put_current_run(SqlDatabase& database, const ManagedPoll& poll) {
  const std::string question = poll::to_json(poll.content.question);
  return execute(
      database, put_run,
      {poll.id.text(), std::int64_t{poll.run}, question, sql_time(poll.opened_at), sql_time(poll.closed_at)});
}

}  // namespace

PollResult<void> insert_poll(SqlDatabase& database, const ManagedPoll& poll, const std::string& key) {
  const PollColumns columns(poll);
  std::vector<SqlValue> values = columns.values();
  values.insert(values.end(), {poll.id.text(), poll.code.text(), sql_time(poll.created_at),
                               poll.maker ? std::string_view(poll.maker->text()) : std::string_view(), key});
  auto done = execute(database, insert_poll_row, values);
  if (!done) return done;
  return put_current_run(database, poll);
}

PollResult<void> update_poll(SqlDatabase& database, const ManagedPoll& poll) {
  const PollColumns columns(poll);
  std::vector<SqlValue> values = columns.values();
  values.emplace_back(poll.id.text());
  auto done = execute(database, update_poll_row, values);
  if (!done) return done;
  return put_current_run(database, poll);
}

PollResult<void> end_run(SqlDatabase& database, const PollId& poll, std::uint32_t run, PollTime closed_at) {
  return execute(database, "UPDATE @managed_runs SET closed_at = $1 WHERE poll = $2 AND run = $3",
                 {sql_time(closed_at), poll.text(), std::int64_t{run}});
}

PollResult<void> skip_runs(SqlDatabase& database, const PollId& poll, std::uint32_t first, std::uint32_t next,
                           PollTime now) {
  for (std::uint32_t skipped = first; skipped < next; ++skipped) {
    auto done = execute(database, put_unknown_run, {poll.text(), std::int64_t{skipped}, sql_time(now)});
    if (!done) return done;
    // After the first, which may have a row, the newest.
    if (next - skipped > most_unknown_runs + 1) skipped = next - most_unknown_runs - 1;
  }
  return {};
}

PollResult<void> mark_removed(SqlDatabase& database, const PollId& poll, PollTime now) {
  auto marked = execute(database, empty_poll_row, {sql_time(now), poll.text()});
  if (!marked) return marked;
  auto emptied = execute(database, "UPDATE @managed_runs SET question = '' WHERE poll = $1", {poll.text()});
  if (!emptied) return emptied;
  return execute(database, "DELETE FROM @export_keys WHERE poll = $1", {poll.text()});
}

}  // namespace pollux::store
