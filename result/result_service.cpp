#include "result/result_service.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <boost/json/serialize.hpp>

#include "http/form.hpp"
#include "result/tally_json.hpp"

namespace pollux::result {
namespace {

namespace json = boost::json;

constexpr std::string_view poll_namespace_prefix = "/polls/";

std::string namespace_of(const poll::PollId& poll) {
  return std::string(poll_namespace_prefix) + poll.text();
}

json::array scores(const poll::Results& results) {
  return {json::value(scores_json(results))};
}
json::array feed(FeedState state) {
  return {json::object{{"state", state == FeedState::live ? "live" : "reconnecting"}}};
}
json::array tally(const poll::Results& results) {
  return {json::value(tally_object(results))};
}

tracing::Span start_push(const tracing::Tracer& tracer, const poll::PollId& poll,
                         const tracing::SpanContext& parent) {
  if (!parent.sampled) return {};
  const std::string destination = namespace_of(poll);
  tracing::Span span = tracer.start("push " + destination, tracing::SpanKind::producer, parent);
  span.set("messaging.system", "socket.io");
  span.set("messaging.operation.type", "send");
  span.set("messaging.operation.name", "push");
  span.set("messaging.destination.name", destination);
  return span;
}

}  // namespace

ResultService::ResultService(IoThreads& threads, const std::vector<poll::Poll>& polls,
                             const poll::PollId& front_poll, poll::TallyFeed& feed, Options options,
                             telemetry::Metrics& metrics)
    : threads_(threads),
      front_poll_(front_poll),
      path_(std::move(options.path)),
      tracer_(std::move(options.tracer)),
      metrics_(metrics),
      sockets_(threads, std::move(options.sockets)) {
  add_namespaces(polls);
  for (const poll::Poll& poll : polls) {
    histories_.try_emplace(poll.id(), TallyHistory::Options());
    poll_states_.try_emplace(poll.id(), FeedState::live);
  }
  for (const poll::Poll& poll : polls) {
    publishers_.push_back(std::make_unique<ResultsPublisher>(
        threads.context(publishers_.size() % threads.size()), poll, feed, options.publish_period,
        [this](const ResultsPublisher::Publication& publication) { publish(publication); },
        [this, &poll](const poll::VoteTimes& votes, const tracing::SpanContext& trace) {
          metrics_.observe_votes(votes, std::chrono::system_clock::now());
          // The push was earlier: a span of no duration completes the trace.
          start_push(tracer_, poll.id(), trace).end();
        }));
  }
  observe_viewers(metrics, sockets_);
}

ResultService::~ResultService() = default;

void ResultService::add_namespaces(const std::vector<poll::Poll>& polls) {
  socketio::Namespace example_voting_app;
  example_voting_app.connected = [this](const auto& socket, const auto&) {
    socket->emit("message", {.values = {json::object{{"text", "Welcome!"}}}, .attachments = {}});
    socket->emit("scores", {.values = scores(find(front_poll_)->latest()), .attachments = {}});
  };
  sockets_.namespaces().add("/", std::move(example_voting_app));

  for (const poll::Poll& poll : polls) {
    socketio::Namespace followers;
    followers.connected = [this, id = poll.id()](const auto& socket, const auto&) {
      socket->emit("tally", {.values = tally(find(id)->latest()), .attachments = {}});
      const FeedState state = state_of(id);
      if (state != FeedState::live) socket->emit("feed", {.values = feed(state), .attachments = {}});
    };
    sockets_.namespaces().add(namespace_of(poll.id()), std::move(followers));
  }
}

ResultsPublisher* ResultService::find(const poll::PollId& poll) const {
  for (const auto& publisher : publishers_) {
    if (publisher->poll().id() == poll) return publisher.get();
  }
  return nullptr;
}

void ResultService::show_feed(FeedState state) {
  feed_state_ = state;
  for (const auto& publisher : publishers_) show_state_of(publisher->poll().id());
}

void ResultService::show_feed(const poll::PollId& poll, FeedState state) {
  poll_states_.at(poll) = state;
  show_state_of(poll);
}

FeedState ResultService::state_of(const poll::PollId& poll) const {
  return feed_state_ == FeedState::live ? poll_states_.at(poll).load() : FeedState::reconnecting;
}

void ResultService::show_state_of(const poll::PollId& poll) {
  sockets_.broadcast_latest({.audience = {.namespace_name = namespace_of(poll)}, .key = "feed"}, "feed",
                            feed(state_of(poll)));
}

void ResultService::add_routes(http::Router& router) {
  router.under(path_);
  add_tally_route(router);
  router.on(http::Method::get, "/api/history", [this](const auto& request, const auto& reply) {
    answer(request, reply, [this](const auto& poll) {
      return histories_.at(poll.poll().id()).json(poll.latest(), std::chrono::system_clock::now());
    });
  });
  // The protocol handles every method itself.
  router.on_any_method(socket_options().transport.path,
                       [this](const auto& request, const auto& reply) { sockets_.handle(request, reply); });
}

void ResultService::add_tally_route(http::Router& router) {
  router.on(http::Method::get, "/api/tally", [this](const auto& request, const auto& reply) {
    answer(request, reply, [](const auto& poll) { return json::serialize(tally_object(poll.latest())); });
  });
}

void ResultService::answer(const http::Request& request, const http::Reply& reply,
                           const std::function<std::string(const ResultsPublisher&)>& document) const {
  const Result<http::Fields> query = http::parse_query(request.query);
  if (!query) return reply(http::text(400, query.error().message));
  const Result<poll::PollId> poll = poll::PollId::parse(query->find("poll").value_or(front_poll_.text()));
  const ResultsPublisher* const publisher = poll ? find(*poll) : nullptr;
  if (publisher == nullptr) return reply(http::text(404, "This poll does not exist."));
  http::Response response = http::json(200, document(*publisher));
  response.set("Cache-Control", "no-store");
  reply(std::move(response));
}

void ResultService::publish(const ResultsPublisher::Publication& publication) {
  const poll::Results& results = publication.results;
  const Clock::time_point started_at = Clock::now();
  const tracing::Span push = start_push(tracer_, results.poll, publication.trace);
  histories_.at(results.poll).record(results, std::chrono::system_clock::now());
  sockets_.broadcast_latest({.audience = {.namespace_name = namespace_of(results.poll)}}, "tally",
                            tally(results));
  if (results.poll == front_poll_) sockets_.broadcast_latest({}, "scores", scores(results));
  metrics_.published.add();
  const auto on_done = [metrics = metrics_, publisher = find(results.poll),
                        changed_at = publication.changed_at, started_at, votes = publication.votes,
                        push = push]() mutable {
    push.end();
    const auto now = Clock::now();
    const auto seconds_since = [now](Clock::time_point then) {
      return std::chrono::duration<double>(now - then).count();
    };
    publisher->took(now - started_at);
    metrics.publish_delay_seconds.observe(seconds_since(changed_at));
    metrics.broadcast_seconds.observe(seconds_since(started_at));
    metrics.observe_votes(votes, std::chrono::system_clock::now());
  };
  after_io_threads(threads_, on_done);
}

}  // namespace pollux::result
