#include "store/postgres_polls.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace pollux::store {
namespace {

// https://www.postgresql.org/docs/15/errcodes-appendix.html
constexpr std::string_view no_right = "42501";
constexpr std::string_view no_table = "42P01";

Error right_is_missing(postgres::Connection& connection, const WaitLimit& limit) {
  const auto role = connection.execute("SELECT quote_ident(current_user)", limit);
  if (!role) return role.error();
  return unavailable("The database " + connection.database() +
                     " does not let this role read the questions. As the owner of the table run: GRANT "
                     "SELECT ON pollux_polls TO " +
                     std::string(role->text(0, 0)) + ";");
}

}  // namespace

PostgresPolls::PostgresPolls(const postgres::Url& url, const postgres::SessionOptions& options)
    : session_(url, options) {}

Result<poll::PollDefinitions> PostgresPolls::runs(const poll::PollId& poll, const WaitLimit& limit) {
  access_is_missing_ = false;
  const auto connection = session_.connection(limit);
  if (!connection) return connection.error();
  const auto rows = (*connection)->execute("SELECT poll, definition FROM pollux_polls", limit);
  if (!rows) {
    const std::string state = (*connection)->sql_state();
    access_is_missing_ = state == no_right || state == no_table;
    return state == no_right ? right_is_missing(**connection, limit) : rows.error();
  }
  poll::PollDefinitions runs;
  for (int row = 0; row < rows->size(); ++row) {
    auto id = poll::PollId::parse(rows->text(row, 0));
    auto definition = poll::parse_definition(rows->text(row, 1));
    if (id && definition && run_of(*id, poll)) runs.emplace(*std::move(id), *std::move(definition));
  }
  return runs;
}

Result<void> PostgresPolls::write(const poll::PollDefinitions& definitions) {
  if (definitions.empty()) return {};
  const WaitLimit limit = session_.call_limit();
  const auto connection = session_.connection(limit);
  if (!connection) return connection.error();
  std::vector<std::string_view> ids;
  std::vector<std::string> texts;
  for (const auto& [id, definition] : definitions) {
    ids.emplace_back(id.text());
    texts.push_back(poll::text_of(definition));
  }
  const std::vector<std::string_view> views(texts.begin(), texts.end());
  // Rows that are right are not even locked, since this runs every few seconds. If another worker is writing
  // a row, ON CONFLICT waits for it and compares again.
  const auto done = (*connection)
                        ->execute(R"sql(
    INSERT INTO pollux_polls (poll, definition)
    SELECT n.poll, n.definition FROM unnest($1::text[], $2::text[]) AS n (poll, definition)
    WHERE NOT EXISTS (SELECT FROM pollux_polls AS p WHERE p.poll = n.poll AND p.definition = n.definition)
    ORDER BY n.poll COLLATE "C"
    ON CONFLICT (poll) DO UPDATE SET definition = excluded.definition
    WHERE pollux_polls.definition <> excluded.definition)sql",
                                  postgres::Parameters().add(ids).add(views), limit);
  if (!done) return done.error();
  return {};
}

}  // namespace pollux::store
