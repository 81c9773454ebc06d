#include "store/sql_audit_log.hpp"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "store/sql_accounts.hpp"

namespace pollux::store {
namespace {

using accounts::AccountError;
using accounts::AccountErrorCode;
using accounts::AccountResult;
using accounts::AccountTime;
using accounts::AuditEvent;
using accounts::AuditRecord;

constexpr std::string_view insert_event = R"sql(
  INSERT INTO @audit_events (happened_at, account, actor, api_key, action, poll, detail)
  VALUES ($1, NULLIF($2, ''), $3, NULLIF($4, ''), $5, NULLIF($6, ''), $7))sql";

// The columns of read_record().
constexpr std::string_view select_events =
    "SELECT sequence, happened_at, account, actor, api_key, action, poll, detail FROM @audit_events WHERE ";

constexpr std::string_view erase_events = R"sql(
  DELETE FROM @audit_events
  WHERE sequence IN (SELECT sequence FROM @audit_events WHERE happened_at < $1 ORDER BY sequence LIMIT $2)
  RETURNING 1)sql";

AccountResult<AuditRecord> read_record(const SqlRow& row) {
  const auto sequence = sql_number(row.at(0));
  const auto at = time_of_sql(row.at(1));
  if (!sequence || !at) return damaged_row("an audit event", row.at(0));
  AuditRecord record{.sequence = static_cast<std::uint64_t>(*sequence),
                     .event = {.at = *at, .actor = row.at(3), .action = row.at(5), .detail = row.at(7)}};
  if (const auto id = accounts::AccountId::parse(row.at(2))) record.event.account = *id;
  if (const auto id = accounts::KeyId::parse(row.at(4))) record.event.key = *id;
  if (const auto id = poll::PollId::parse(row.at(6))) record.event.poll = *id;
  return record;
}

template <class Id>
std::string_view text_or_empty(const std::optional<Id>& id) {
  return id ? std::string_view(id->text()) : std::string_view();
}

AccountError out_of_bounds(std::string message) {
  return {AccountErrorCode::invalid, std::move(message), {}};
}

}  // namespace

AccountResult<void> append_event(SqlDatabase& database, const AuditEvent& event) {
  if (auto checked = check(event); !checked) return checked;
  const auto done =
      run_for_accounts(database, insert_event,
                       {sql_time(event.at), text_or_empty(event.account), event.actor,
                        text_or_empty(event.key), event.action, text_or_empty(event.poll), event.detail});
  if (!done) return done.error();
  return {};
}

AccountResult<void> SqlAuditLog::append(const AuditEvent& event) {
  return append_event(*database_, event);
}

AccountResult<accounts::AuditPage> SqlAuditLog::list(const accounts::AuditQuery& query) {
  if (query.limit < 1 || query.limit > accounts::AuditQuery::max_limit) {
    return out_of_bounds("The length of a page must be between 1 and " +
                         std::to_string(accounts::AuditQuery::max_limit) + ".");
  }
  constexpr auto latest = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  const auto before = static_cast<std::int64_t>(std::min(query.before.value_or(latest), latest));
  const auto limit = static_cast<std::int64_t>(query.limit + 1);
  const std::string select(select_events);
  const auto rows =
      query.poll ? run_for_accounts(*database_,
                                    select + "poll = $1 AND sequence < $2 ORDER BY sequence DESC LIMIT $3",
                                    {query.poll->text(), before, limit})
                 : run_for_accounts(*database_, select + "sequence < $1 ORDER BY sequence DESC LIMIT $2",
                                    {before, limit});
  if (!rows) return rows.error();
  accounts::AuditPage page;
  for (const SqlRow& row : *rows) {
    if (page.records.size() == query.limit) {
      page.next = page.records.back().sequence;
      break;
    }
    auto record = read_record(row);
    if (!record) return record.error();
    page.records.push_back(*std::move(record));
  }
  return page;
}

AccountResult<std::size_t> SqlAuditLog::erase_before(AccountTime time, std::size_t limit, AccountTime now) {
  if (limit < 1) return out_of_bounds("The number of events must be at least 1.");
  if (time > now - min_kept) {
    return out_of_bounds("Audit events are kept for at least " + std::to_string(min_kept.count()) + " days.");
  }
  const auto erased =
      run_for_accounts(*database_, erase_events, {sql_time(time), static_cast<std::int64_t>(limit)});
  if (!erased) return erased.error();
  return erased->size();
}

}  // namespace pollux::store
