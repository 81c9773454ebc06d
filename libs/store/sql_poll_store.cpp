#include "store/sql_poll_store.hpp"

#include <chrono>
#include <limits>

#include "poll/poll_run.hpp"
#include "poll/question_json.hpp"
#include "store/sql_poll_erasure.hpp"
#include "store/sql_poll_rows.hpp"

namespace pollux::store {
namespace {

using poll::ManagedPoll;
using poll::PollError;
using poll::PollErrorCode;
using poll::PollResult;
using poll::PollTime;

constexpr std::string_view insert_poll = R"sql(
  INSERT INTO @managed_polls (id, code, title, search, state, run, revision, change_policy, results_policy,
                              keep_days, opens_at, closes_at, zone, created_at, changed_at, maker, creation_key,
                              accent, color_scheme)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, NULLIF($10, 0), NULLIF($11, 0), NULLIF($12, 0), $13, $14, $15,
          NULLIF($16, ''), NULLIF($17, ''), NULLIF($18, ''), $19))sql";

constexpr std::string_view update_poll = R"sql(
  UPDATE @managed_polls SET
    title = $1, search = $2, state = $3, run = $4, revision = $5, change_policy = $6, results_policy = $7,
    keep_days = NULLIF($8, 0), opens_at = NULLIF($9, 0), closes_at = NULLIF($10, 0), zone = $11, changed_at = $12,
    accent = NULLIF($13, ''), color_scheme = $14
  WHERE id = $15)sql";

constexpr std::string_view put_run = R"sql(
  INSERT INTO @managed_runs (poll, run, question, opened_at, closed_at)
  VALUES ($1, $2, $3, NULLIF($4, 0), NULLIF($5, 0))
  ON CONFLICT (poll, run) DO UPDATE SET
    question = excluded.question, opened_at = excluded.opened_at, closed_at = excluded.closed_at)sql";

constexpr std::string_view close_run = "UPDATE @managed_runs SET closed_at = $1 WHERE poll = $2 AND run = $3";

// Votes may have been recorded for it, which are deleted as those of other runs; no one lists it.
constexpr std::string_view put_unknown_run = R"sql(
  INSERT INTO @managed_runs (poll, run, question, closed_at) VALUES ($1, $2, '', $3)
  ON CONFLICT (poll, run) DO UPDATE SET question = '', closed_at = excluded.closed_at)sql";

constexpr std::string_view list_condition = R"sql(
  p.search LIKE $1 ESCAPE '\' AND (p.state = 'archived') = ($2 <> 0) AND p.id < $3
  AND (p.maker = $4 OR $4 = '') ORDER BY p.id DESC LIMIT $5)sql";

// A removed poll keeps its row, and its removal has a revision, too.
constexpr std::string_view select_change_count =
    "SELECT CAST(COALESCE(SUM(revision), 0) AS bigint) FROM @managed_polls";

constexpr std::string_view select_revisions =
    "SELECT id, revision FROM @managed_polls WHERE removed_at IS NULL";

constexpr std::string_view select_due = R"sql(
  SELECT id, state, revision FROM @managed_polls
  WHERE removed_at IS NULL
    AND ((state = 'draft' AND opens_at <= $1 AND (closes_at IS NULL OR closes_at > $1))
         OR (state = 'open' AND closes_at <= $1))
  ORDER BY id LIMIT $2)sql";

// Text for LIKE that contains `text`.
std::string pattern(std::string_view text) {
  std::string escaped = "%";
  for (const char character : text) {
    if (character == '%' || character == '_' || character == '\\') escaped.push_back('\\');
    escaped.push_back(character);
  }
  return escaped + "%";
}

// Empty: none.
std::string accent_of(const poll::Theme& theme) {
  return theme.accent ? to_text(*theme.accent) : std::string();
}

PollError not_found() {
  return {PollErrorCode::not_found, "There is no such poll."};
}

PollResult<void> check_between(const std::string& what, std::size_t value, std::size_t most) {
  if (value >= 1 && value <= most) return {};
  return PollError{PollErrorCode::invalid, what + " must be between 1 and " + std::to_string(most) + "."};
}

PollResult<ManagedPoll> single(PollResult<std::vector<SqlRow>> rows) {
  if (!rows) return rows.error();
  if (rows->empty()) return not_found();
  return read_poll(rows->front());
}

// A poll has few runs; a damaged gate may have any number.
constexpr std::uint32_t most_unknown_runs = 100;

constexpr std::size_t most_votes = std::numeric_limits<std::uint32_t>::max();

}  // namespace

PollResult<std::vector<SqlRow>> SqlPollStore::run(std::string_view sql, const std::vector<SqlValue>& values) {
  return run_for_polls(*database_, sql, values);
}

PollResult<ManagedPoll> SqlPollStore::create(const poll::NewPoll& wanted, PollTime now) {
  if (auto checked = check(wanted); !checked) return checked.error();
  SqlTransaction transaction(*database_);
  if (!transaction.begun()) return poll::poll_error(transaction.begun().error());
  if (auto done = database_->lock(SqlLock::poll_creation); !done) return poll::poll_error(done.error());
  const auto existing = created_before(wanted);
  if (!existing) return existing.error();
  if (*existing) return **existing;
  const auto count = run("SELECT COUNT(*) FROM @managed_polls WHERE removed_at IS NULL");
  if (!count) return count.error();
  if (sql_number(count->at(0).at(0)).value_or(0) >= static_cast<std::int64_t>(options_.max_polls)) {
    return PollError{PollErrorCode::full, "There are " + std::to_string(options_.max_polls) +
                                              " polls, and no more are kept. Delete some of them."};
  }
  auto code = unused_code();
  if (!code) return code.error();
  ManagedPoll poll = poll::new_poll(wanted.id, *std::move(code), wanted.content, now);
  poll.maker = wanted.maker;
  if (auto done = insert(poll, wanted.key); !done) return done.error();
  if (auto done = transaction.commit(); !done) return poll::poll_error(done.error());
  return poll;
}

// The poll with that id or that key, as it is now.
PollResult<std::optional<ManagedPoll>> SqlPollStore::created_before(const poll::NewPoll& wanted) {
  const auto rows = run("SELECT id FROM @managed_polls WHERE id = $1 OR creation_key = NULLIF($2, '')",
                        {wanted.id.text(), wanted.key});
  if (!rows) return rows.error();
  if (rows->empty()) return std::optional<ManagedPoll>();
  const auto id = poll::PollId::parse(rows->front()[0]);
  if (!id) return damaged_poll(rows->front()[0]);
  auto existing = find(*id);
  if (existing) return std::optional(*std::move(existing));
  if (existing.error().code != PollErrorCode::not_found) return existing.error();
  return PollError{PollErrorCode::conflict, "The poll was deleted. Create another one."};
}

PollResult<ManagedPoll> SqlPollStore::find(const poll::PollId& id) {
  return single(run(std::string(select_polls) + "p.id = $1", {id.text()}));
}

PollResult<ManagedPoll> SqlPollStore::find(const poll::PollCode& code) {
  return single(run(std::string(select_polls) + "p.code = $1", {code.text()}));
}

PollResult<poll::PollPage> SqlPollStore::list(const poll::PollQuery& query) {
  if (auto checked = check_between("The length of a page", query.limit, poll::PollQuery::max_limit); !checked)
    return checked.error();
  if (query.search.size() > poll::PollQuery::max_search_bytes) {
    return PollError{
        PollErrorCode::invalid,
        "Search for at most " + std::to_string(poll::PollQuery::max_search_bytes) + " bytes of text."};
  }
  const std::string searched = pattern(poll::folded(query.search));
  const std::string_view after_all_ids = "~";
  const std::string_view after = query.after ? std::string_view(query.after->text()) : after_all_ids;
  const std::string_view maker = query.maker ? std::string_view(query.maker->text()) : std::string_view();
  const auto rows = run(std::string(select_polls) + std::string(list_condition),
                        {searched, std::int64_t{query.archived ? 1 : 0}, after, maker,
                         static_cast<std::int64_t>(query.limit + 1)});
  if (!rows) return rows.error();
  poll::PollPage page;
  for (const SqlRow& row : *rows) {
    if (page.polls.size() == query.limit) {
      page.next = page.polls.back().id;
      break;
    }
    auto poll = read_poll(row);
    if (!poll) return poll.error();
    page.polls.push_back(*std::move(poll));
  }
  return page;
}

PollResult<ManagedPoll> SqlPollStore::edit(const poll::PollId& id, std::uint64_t revision,
                                           const poll::PollContent& content, PollTime now) {
  return update(id, revision, [&](ManagedPoll poll) -> PollResult<ManagedPoll> {
    // Votes may have been deleted after their time, or have no key in the tally.
    const auto voted = exists(
        "SELECT 1 FROM @votes WHERE poll = $1 UNION ALL SELECT 1 FROM @tallies WHERE poll = $1 LIMIT 1",
        run_id(poll).text());
    if (!voted) return voted.error();
    return poll::edited(std::move(poll), content, *voted, now);
  });
}

PollResult<ManagedPoll> SqlPollStore::change(const poll::PollId& id, poll::PollAction action,
                                             std::optional<std::uint64_t> revision, PollTime now) {
  return update(id, revision, [&](ManagedPoll poll) { return poll::changed(std::move(poll), action, now); });
}

PollResult<ManagedPoll> SqlPollStore::recover(const poll::PollId& id, std::uint64_t revision,
                                              const poll::LostChange& lost, PollTime now) {
  return update(id, revision, [&](const ManagedPoll& poll) {
    auto recovered = poll::recovered(poll, lost, now);
    if (!recovered || recovered->run == poll.run) return recovered;
    // In the announced run people were asked something else; in one that was never opened here, no one knows.
    const bool is_unknown = !poll.opened_at || poll.run == lost.known.run;
    const auto skipped = skip_runs(poll.id, is_unknown ? poll.run : poll.run + 1, recovered->run, now);
    return skipped ? recovered : skipped.error();
  });
}

// Of the runs from `first` to the one before `next` it is unknown what was asked.
PollResult<void> SqlPollStore::skip_runs(const poll::PollId& id, std::uint32_t first, std::uint32_t next,
                                         PollTime now) {
  for (std::uint32_t skipped = first; skipped < next; ++skipped) {
    const auto done = run(put_unknown_run, {id.text(), std::int64_t{skipped}, sql_time(now)});
    if (!done) return done.error();
    // After the first, which may have a row, the newest.
    if (next - skipped > most_unknown_runs + 1) skipped = next - most_unknown_runs - 1;
  }
  return {};
}

PollResult<ManagedPoll> SqlPollStore::locked(const poll::PollId& id, std::optional<std::uint64_t> revision) {
  if (auto done = database_->lock_row("@managed_polls", id.text()); !done)
    return poll::poll_error(done.error());
  auto poll = find(id);
  if (!poll || !revision) return poll;
  if (auto checked = check_revision(*poll, *revision); !checked) return checked.error();
  return poll;
}

PollResult<ManagedPoll> SqlPollStore::update(const poll::PollId& id, std::optional<std::uint64_t> revision,
                                             const Change& change) {
  SqlTransaction transaction(*database_);
  if (!transaction.begun()) return poll::poll_error(transaction.begun().error());
  auto poll = locked(id, revision);
  if (!poll) return poll;
  auto changed = change(*poll);
  if (!changed || changed->revision == poll->revision) return changed;
  if (auto done = write(*changed); !done) return done.error();
  if (changed->run != poll->run && poll->state == poll::PollState::open) {
    // The next run ends this one.
    const auto ended = run(close_run, {sql_time(changed->changed_at), id.text(), std::int64_t{poll->run}});
    if (!ended) return ended.error();
  }
  if (auto done = transaction.commit(); !done) return poll::poll_error(done.error());
  return changed;
}

PollResult<std::vector<poll::PollRun>> SqlPollStore::runs(const poll::PollId& id) {
  if (const auto poll = find(id); !poll) return poll.error();
  const auto rows = run(select_runs, {id.text(), std::int64_t{max_runs_listed}});
  if (!rows) return rows.error();
  std::vector<poll::PollRun> runs;
  for (const SqlRow& row : *rows) {
    auto run = read_run(row, id);
    if (!run) return run.error();
    runs.push_back(*std::move(run));
  }
  return runs;
}

PollResult<std::uint64_t> SqlPollStore::change_count() {
  const auto rows = run(select_change_count);
  if (!rows) return rows.error();
  const auto count = sql_number(rows->at(0).at(0));
  if (!count) return damaged_poll("revision");
  return static_cast<std::uint64_t>(*count);
}

PollResult<std::map<poll::PollId, std::uint64_t>> SqlPollStore::revisions() {
  const auto rows = run(select_revisions);
  if (!rows) return rows.error();
  std::map<poll::PollId, std::uint64_t> revisions;
  for (const SqlRow& row : *rows) {
    const auto id = poll::PollId::parse(row[0]);
    const auto revision = sql_number(row[1]);
    if (!id || !revision) return damaged_poll(row[0]);
    revisions.emplace(*id, static_cast<std::uint64_t>(*revision));
  }
  return revisions;
}

PollResult<std::vector<poll::DueAction>> SqlPollStore::due(PollTime now, std::size_t limit) {
  if (auto checked = check_between("The number of polls", limit, poll::PollQuery::max_limit); !checked)
    return checked.error();
  const auto rows = run(select_due, {sql_time(now), static_cast<std::int64_t>(limit)});
  if (!rows) return rows.error();
  std::vector<poll::DueAction> actions;
  for (const SqlRow& row : *rows) {
    auto id = poll::PollId::parse(row[0]);
    const auto revision = sql_number(row[2]);
    if (!id || !revision) return damaged_poll(row[0]);
    const bool is_draft = row[1] == poll::name_of(poll::PollState::draft);
    actions.push_back({.poll = *std::move(id),
                       .action = is_draft ? poll::PollAction::open : poll::PollAction::close,
                       .revision = static_cast<std::uint64_t>(*revision)});
  }
  return actions;
}

PollResult<void> SqlPollStore::remove(const poll::PollId& id, std::uint64_t revision, PollTime now) {
  SqlTransaction transaction(*database_);
  if (!transaction.begun()) return poll::poll_error(transaction.begun().error());
  const auto poll = locked(id, revision);
  if (!poll) return poll.error();
  if (auto checked = check_removable(*poll); !checked) return checked;
  const auto marked =
      run("UPDATE @managed_polls SET title = '', search = '', revision = revision + 1, removed_at = $1 WHERE "
          "id = $2",
          {sql_time(now), id.text()});
  if (!marked) return marked.error();
  const auto emptied = run("UPDATE @managed_runs SET question = '' WHERE poll = $1", {id.text()});
  if (!emptied) return emptied.error();
  const auto forgotten = run("DELETE FROM @export_keys WHERE poll = $1", {id.text()});
  if (!forgotten) return forgotten.error();
  if (auto done = transaction.commit(); !done) return poll::poll_error(done.error());
  return {};
}

PollResult<std::size_t> SqlPollStore::erase_removed(std::size_t max_votes) {
  if (auto checked = check_between("The number of votes", max_votes, most_votes); !checked)
    return checked.error();
  return erase_removed_votes(*database_, max_votes);
}

PollResult<poll::ExpiredVotes> SqlPollStore::erase_expired(std::size_t max_votes, PollTime now) {
  if (auto checked = check_between("The number of votes", max_votes, most_votes); !checked)
    return checked.error();
  return erase_expired_votes(*database_, max_votes, now);
}

PollResult<bool> SqlPollStore::exists(std::string_view sql, std::string_view value) {
  const auto rows = run(sql, {value});
  if (!rows) return rows.error();
  return !rows->empty();
}

// Creation is locked, so the code stays unused until the transaction ends. With 10,000 polls, one code in
// 8,000 is in use, so even a second attempt is rare.
PollResult<poll::PollCode> SqlPollStore::unused_code() {
  constexpr int most_attempts = 20;
  for (int attempt = 0; attempt < most_attempts; ++attempt) {
    poll::PollCode code = options_.make_code();
    const auto used = exists("SELECT 1 FROM @managed_polls WHERE code = $1", code.text());
    if (!used) return used.error();
    if (!*used) return code;
  }
  return PollError{PollErrorCode::full, "All of " + std::to_string(most_attempts) +
                                            " random codes are in use by other polls. Delete some of them."};
}

PollResult<void> SqlPollStore::insert(const ManagedPoll& poll, const std::string& key) {
  const auto& [title, question, policies, schedule, theme] = poll.content;
  const std::string search = search_text(poll);
  const std::string accent = accent_of(theme);
  const auto done =
      run(insert_poll,
          {poll.id.text(), poll.code.text(), title, search, name_of(poll.state), std::int64_t{poll.run},
           static_cast<std::int64_t>(poll.revision), name_of(policies.change), name_of(policies.results),
           std::int64_t{policies.keep_days.value_or(0)}, sql_time(schedule.opens_at),
           sql_time(schedule.closes_at), schedule.zone, sql_time(poll.created_at), sql_time(poll.changed_at),
           poll.maker ? std::string_view(poll.maker->text()) : std::string_view(), key, accent,
           name_of(theme.scheme)});
  if (!done) return done.error();
  return write_run(poll);
}

PollResult<void> SqlPollStore::write(const ManagedPoll& poll) {
  const auto& [title, question, policies, schedule, theme] = poll.content;
  const std::string search = search_text(poll);
  const std::string accent = accent_of(theme);
  const auto done =
      run(update_poll, {title, search, name_of(poll.state), std::int64_t{poll.run},
                        static_cast<std::int64_t>(poll.revision), name_of(policies.change),
                        name_of(policies.results), std::int64_t{policies.keep_days.value_or(0)},
                        sql_time(schedule.opens_at), sql_time(schedule.closes_at), schedule.zone,
                        sql_time(poll.changed_at), accent, name_of(theme.scheme), poll.id.text()});
  if (!done) return done.error();
  return write_run(poll);
}

PollResult<void> SqlPollStore::write_run(const ManagedPoll& poll) {
  const std::string question = poll::to_json(poll.content.question);
  const auto done = run(put_run, {poll.id.text(), std::int64_t{poll.run}, question, sql_time(poll.opened_at),
                                  sql_time(poll.closed_at)});
  if (!done) return done.error();
  return {};
}

}  // namespace pollux::store
