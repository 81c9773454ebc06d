#include "store/sql_poll_store.hpp"

#include <chrono>
#include <limits>

#include "poll/poll_run.hpp"
#include "store/sql_poll_erasure.hpp"
#include "store/sql_poll_rows.hpp"
#include "store/sql_poll_writes.hpp"

namespace pollux::store {
namespace {

using poll::ManagedPoll;
using poll::PollError;
using poll::PollErrorCode;
using poll::PollResult;
using poll::PollTime;

constexpr std::string_view list_condition = R"sql(
  p.search LIKE $1 ESCAPE '\' AND (p.state = 'archived') = ($2 <> 0) AND p.id < $3
  AND (p.maker = $4 OR $4 = '') ORDER BY p.id DESC LIMIT $5)sql";

// A removed poll keeps its row, and its removal has a revision, too.
constexpr std::string_view select_change_count =
    "SELECT CAST(COALESCE(SUM(revision), 0) AS bigint) FROM @managed_polls";

constexpr std::string_view select_revisions =
    "SELECT id, revision FROM @managed_polls WHERE removed_at IS NULL";

// How many images the other polls have, and how many of them have the one with this hash. Those whose hash is
// not known yet are not counted: a list, which a reconciliation reads every 30 seconds, finds it.
constexpr std::string_view count_logos = R"sql(
  SELECT COUNT(DISTINCT logo_hash), COUNT(CASE WHEN logo_hash = $1 THEN 1 END) FROM @managed_polls
  WHERE logo_hash IS NOT NULL AND id <> $2)sql";

constexpr std::string_view put_format = R"sql(
  UPDATE @managed_polls SET logo_hash = $1, logo_format = $2, logo_revision = revision
  WHERE id = $3 AND revision = $4 AND logo IS NOT NULL)sql";

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
  if (auto checked = check_new_logo(wanted.id, wanted.content.theme.logo); !checked) return checked.error();
  auto code = unused_code();
  if (!code) return code.error();
  ManagedPoll poll = poll::new_poll(wanted.id, *std::move(code), wanted.content, now);
  poll.maker = wanted.maker;
  if (auto done = insert_poll(*database_, poll, wanted.key); !done) return done.error();
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
  return single(run(select_polls(Images::read, "p.id = $1"), {id.text()}));
}

PollResult<ManagedPoll> SqlPollStore::find(const poll::PollCode& code) {
  return single(run(select_polls(Images::read, "p.code = $1"), {code.text()}));
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
  const auto rows = run(select_polls(Images::left_out, list_condition),
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
    auto& logo = poll->content.theme.logo;
    if (logo && logo->image) {
      remember_format(*poll);
      logo->image.reset();
    }
    page.polls.push_back(*std::move(poll));
  }
  return page;
}

// A program that does not know these columns has written the poll last. If it fails, the next list tries
// again.
void SqlPollStore::remember_format(const ManagedPoll& poll) {
  const poll::Logo& logo = *poll.content.theme.logo;
  const std::string format = logo_format_text(logo.format);
  (void)run(put_format,
            {std::string_view(logo.hash), format, poll.id.text(), static_cast<std::int64_t>(poll.revision)});
}

// Within the transaction that writes the logo.
PollResult<void> SqlPollStore::check_new_logo(const poll::PollId& id, const std::optional<poll::Logo>& logo) {
  if (!logo) return {};
  if (!logo->image) return PollError{PollErrorCode::invalid, "The logo has no image."};
  // No one else adds an image meanwhile.
  if (auto done = database_->lock(SqlLock::poll_creation); !done) return poll::poll_error(done.error());
  const auto counts = run(count_logos, {std::string_view(logo->hash), id.text()});
  if (!counts) return counts.error();
  const auto images = sql_number(counts->at(0).at(0)).value_or(0);
  const bool is_there = sql_number(counts->at(0).at(1)).value_or(0) > 0;
  if (is_there || images < static_cast<std::int64_t>(options_.max_logos)) return {};
  return PollError{PollErrorCode::full,
                   "The polls have " + std::to_string(options_.max_logos) +
                       " different logos, and no more are kept. Use one of them, or remove some."};
}

PollResult<ManagedPoll> SqlPollStore::edit(const poll::PollId& id, std::uint64_t revision,
                                           const poll::PollContent& content, PollTime now) {
  return update(id, revision, [&](ManagedPoll poll) -> PollResult<ManagedPoll> {
    // Votes may have been deleted after their time, or have no key in the tally.
    const auto voted = exists(
        "SELECT 1 FROM @votes WHERE poll = $1 UNION ALL SELECT 1 FROM @tallies WHERE poll = $1 LIMIT 1",
        run_id(poll).text());
    if (!voted) return voted.error();
    const std::optional<poll::Logo> before = poll.content.theme.logo;
    auto edited = poll::edited(std::move(poll), content, *voted, now);
    if (!edited) return edited;
    auto& logo = edited->content.theme.logo;
    if (!logo || (before && before->hash == logo->hash)) {
      if (logo) logo->image = before->image;
      return edited;
    }
    if (auto checked = check_new_logo(id, logo); !checked) return checked.error();
    return edited;
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
    const auto skipped =
        skip_runs(*database_, poll.id, is_unknown ? poll.run : poll.run + 1, recovered->run, now);
    return skipped ? recovered : skipped.error();
  });
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
  if (auto done = update_poll(*database_, *changed); !done) return done.error();
  if (changed->run != poll->run && poll->state == poll::PollState::open) {
    // The next run ends this one.
    if (auto done = end_run(*database_, id, poll->run, changed->changed_at); !done) return done.error();
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
  if (auto done = mark_removed(*database_, id, now); !done) return done;
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

}  // namespace pollux::store
