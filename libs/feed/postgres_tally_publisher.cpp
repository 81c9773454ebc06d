#include "feed/postgres_tally_publisher.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "feed/tally_notification_format.hpp"
#include "feed/tally_trace.hpp"

namespace pollux::feed {
namespace {

constexpr const char* statement_name = "publish";
constexpr const char* notify_sql =
    "SELECT pg_notify(channel, payload) FROM unnest($1::text[], $2::text[]) AS n (channel, payload)";

}  // namespace

PostgresTallyPublisher::PostgresTallyPublisher(const postgres::Url& url,
                                               const postgres::SessionOptions& options,
                                               tracing::Tracer tracer)
    : session_(url, options,
               [](postgres::Connection& connection, const WaitLimit& limit) {
                 return connection.prepare(statement_name, notify_sql, limit);
               }),
      tracer_(std::move(tracer)) {}

Result<void> PostgresTallyPublisher::publish(std::span<const poll::ChangedPoll> polls) {
  if (polls.empty()) return {};
  const WaitLimit limit = session_.call_limit();
  const auto connection = session_.connection(limit);
  if (!connection) return connection.error();
  std::vector<std::string> details;
  std::vector<std::string_view> channels;
  std::vector<std::string_view> payloads;
  details.reserve(polls.size());     // `payloads` refers to its elements
  std::vector<tracing::Span> spans;  // end with this call
  // Two notifications for each poll: its id alone, which feeds of every version understand, and before that
  // the times of its votes and their trace, on a channel of their own that older feeds do not listen to.
  for (const poll::ChangedPoll& each : polls) {
    poll::ChangedPoll changed = each;
    spans.push_back(start_publish_span(tracer_, each.trace));
    changed.trace = spans.back().context();
    if (!changed.times.empty() || changed.trace.sampled) {
      channels.emplace_back(details_channel);
      payloads.emplace_back(details.emplace_back(encode_details(changed)));
    }
    channels.emplace_back(tally_channel);
    payloads.emplace_back(each.poll.text());
  }
  const auto notified =
      (*connection)
          ->execute_prepared(statement_name, postgres::Parameters().add(channels).add(payloads), limit);
  if (notified) return {};
  for (tracing::Span& span : spans) span.fail(notified.error().message);
  return notified.error();
}

}  // namespace pollux::feed
