#include "feed/postgres_tally_publisher.hpp"

#include <string_view>
#include <vector>

namespace pollux::feed {
namespace {

constexpr const char* statement_name = "publish";
constexpr const char* notify_sql =
    "SELECT pg_notify($1::text, poll) FROM unnest($2::text[]) AS changed (poll)";

}  // namespace

PostgresTallyPublisher::PostgresTallyPublisher(const postgres::Url& url,
                                               const postgres::SessionOptions& options)
    : session_(url, options, [](postgres::Connection& connection, const WaitLimit& limit) {
        return connection.prepare(statement_name, notify_sql, limit);
      }) {}

Result<void> PostgresTallyPublisher::publish(std::span<const poll::PollId> polls) {
  if (polls.empty()) return {};
  const WaitLimit limit = session_.call_limit();
  const auto connection = session_.connection(limit);
  if (!connection) return connection.error();
  std::vector<std::string_view> ids;
  for (const poll::PollId& poll : polls) ids.emplace_back(poll.text());
  const auto notified =
      (*connection)
          ->execute_prepared(statement_name, postgres::Parameters().add(tally_channel).add(ids), limit);
  if (!notified) return notified.error();
  return {};
}

}  // namespace pollux::feed
