#include "result/push.hpp"

#include <atomic>
#include <memory>
#include <utility>

#include <boost/asio/post.hpp>
#include <boost/json/object.hpp>

namespace pollux::result {

namespace json = boost::json;

std::string namespace_of(const poll::PollId& poll) {
  return std::string(poll_namespace_prefix) + poll.text();
}

json::array feed_arguments(FeedState state) {
  return {json::object{{"state", state == FeedState::live ? "live" : "reconnecting"}}};
}

tracing::Span Push::start_span(const poll::PollId& poll, const tracing::SpanContext& parent) const {
  if (!parent.sampled) return {};
  const std::string destination = namespace_of(poll);
  tracing::Span span = tracer_.start("push " + destination, tracing::SpanKind::producer, parent);
  span.set("messaging.system", "socket.io");
  span.set("messaging.operation.type", "send");
  span.set("messaging.operation.name", "push");
  span.set("messaging.destination.name", destination);
  return span;
}

void Push::send(const poll::PollId& poll, std::string_view event, const json::array& arguments,
                const PendingChange::Details& change, std::function<void(Clock::duration)> took) const {
  const Clock::time_point started_at = Clock::now();
  const tracing::Span span = start_span(poll, change.trace);
  sockets_.broadcast_latest({.audience = {.namespace_name = namespace_of(poll)}}, event, arguments);
  metrics_.published.add();
  const auto on_done = [metrics = metrics_, took = std::move(took), changed_at = change.since, started_at,
                        votes = change.votes, span = span]() mutable {
    span.end();
    const auto now = Clock::now();
    const auto seconds_since = [now](Clock::time_point then) {
      return std::chrono::duration<double>(now - then).count();
    };
    took(now - started_at);
    metrics.publish_delay_seconds.observe(seconds_since(changed_at));
    metrics.broadcast_seconds.observe(seconds_since(started_at));
    metrics.observe_votes(votes, std::chrono::system_clock::now());
  };
  after_io_threads(threads_, on_done);
}

void Push::send_to_room(const poll::PollId& poll, const std::string& room, std::string_view event,
                        const json::array& arguments) const {
  sockets_.broadcast_latest(
      {.audience = {.namespace_name = namespace_of(poll), .room = room}, .key = std::string(event)}, event,
      arguments);
}

// The push was earlier: a span of no duration completes the trace.
void Push::were_sent_before(const poll::PollId& poll, const poll::VoteTimes& votes,
                            const tracing::SpanContext& trace) const {
  metrics_.observe_votes(votes, std::chrono::system_clock::now());
  start_span(poll, trace).end();
}

void Push::show_feed(const poll::PollId& poll, FeedState state) const {
  sockets_.broadcast_latest({.audience = {.namespace_name = namespace_of(poll)}, .key = "feed"}, "feed",
                            feed_arguments(state));
}

namespace {

struct Round {
  std::atomic<std::size_t> threads_left;
  std::function<void()> done;
};

}  // namespace

void after_io_threads(IoThreads& threads, std::function<void()> done) {
  const auto round = std::make_shared<Round>(threads.size(), std::move(done));
  for (std::size_t i = 0; i < threads.size(); ++i) {
    boost::asio::post(threads.context(i), [round] {
      if (--round->threads_left == 0) round->done();
    });
  }
}

}  // namespace pollux::result
