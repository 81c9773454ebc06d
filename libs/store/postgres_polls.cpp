#include "store/postgres_polls.hpp"

#include <string>
#include <utility>

namespace pollux {

PostgresPolls::PostgresPolls(const PostgresUrl& url, const PostgresOptions& options)
    : options_(options),
      session_(url, [timeout = options.call_timeout](PostgresConnection& connection, const WaitLimit& limit) {
        return set_up(connection, timeout, limit);
      }) {}

Result<PollDefinitions> PostgresPolls::runs(const PollId& poll) {
  const WaitLimit limit = options_.call_limit();
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
  const WaitLimit limit = options_.call_limit();
  const auto connection = session_.connection(limit);
  if (!connection) return connection.error();
  for (const auto& [id, definition] : definitions) {
    const std::string text = text_of(definition);
    const auto done = (*connection)
                          ->execute(R"sql(
      INSERT INTO pollux_polls AS p (poll, definition) VALUES ($1::text, $2::text)
      ON CONFLICT (poll) DO UPDATE SET definition = excluded.definition WHERE p.definition <> excluded.definition)sql",
                                    PostgresParameters().add(id.text()).add(text), limit);
    if (!done) return done.error();
  }
  return {};
}

}  // namespace pollux
