#include "store/postgres_polls.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace pollux {

PostgresPolls::PostgresPolls(const PostgresUrl& url, const PostgresOptions& options)
    : options_(options),
      session_(url, [timeout = options.call_timeout](PostgresConnection& connection, const WaitLimit& limit) {
        return set_up(connection, timeout, limit);
      }) {}

Result<PollDefinitions> PostgresPolls::runs(const PollId& poll, const WaitLimit& limit) {
  const auto connection = session_.connection(limit);
  if (!connection) return connection.error();
  const auto rows = (*connection)->execute("SELECT poll, definition FROM pollux_polls", limit);
  if (!rows) return rows.error();
  PollDefinitions runs;
  for (int row = 0; row < rows->size(); ++row) {
    auto id = PollId::parse(rows->text(row, 0));
    auto definition = parse_definition(rows->text(row, 1));
    if (id && definition && run_of(*id, poll)) runs.emplace(*std::move(id), *std::move(definition));
  }
  return runs;
}

Result<void> PostgresPolls::write(const PollDefinitions& definitions) {
  if (definitions.empty()) return {};
  const WaitLimit limit = options_.call_limit();
  const auto connection = session_.connection(limit);
  if (!connection) return connection.error();
  std::vector<std::string_view> ids;
  std::vector<std::string> texts;
  for (const auto& [id, definition] : definitions) {
    ids.emplace_back(id.text());
    texts.push_back(text_of(definition));
  }
  const std::vector<std::string_view> views(texts.begin(), texts.end());
  // Rows that are right are not touched, not even locked: this is done every few seconds.
  const auto done = (*connection)
                        ->execute(R"sql(
    INSERT INTO pollux_polls (poll, definition)
    SELECT n.poll, n.definition FROM unnest($1::text[], $2::text[]) AS n (poll, definition)
    WHERE NOT EXISTS (SELECT FROM pollux_polls AS p WHERE p.poll = n.poll AND p.definition = n.definition)
    ORDER BY n.poll COLLATE "C"
    ON CONFLICT (poll) DO UPDATE SET definition = excluded.definition)sql",
                                  PostgresParameters().add(ids).add(views), limit);
  if (!done) return done.error();
  return {};
}

}  // namespace pollux
