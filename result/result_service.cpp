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

json::array scores(const poll::Results& results) {
  return {json::value(scores_json(results))};
}
json::array tally(const poll::Results& results) {
  return {json::value(tally_object(results))};
}

// As many namespaces as polls that are followed.
socketio::Options with_namespaces(socketio::Options options, std::size_t max_polls) {
  options.dynamic_namespaces = max_polls;
  return options;
}

}  // namespace

ResultService::ResultService(IoThreads& threads, const std::vector<poll::Poll>& polls,
                             const poll::PollId& front_poll, poll::PollDirectory& directory,
                             poll::TallyFeed& feed, Options options, telemetry::Metrics& metrics)
    : front_poll_(front_poll),
      path_(std::move(options.path)),
      sockets_(threads, with_namespaces(std::move(options.sockets), options.max_polls)),
      push_(threads, sockets_, ResultMetrics(metrics), std::move(options.tracer)),
      streams_(threads, std::move(options.streams), metrics),
      managed_(threads, directory, feed, push_, std::move(options.passes),
               {.publish_period = options.publish_period, .max_polls = options.max_polls}) {
  add_namespaces(polls);
  managed_.add_to(sockets_.namespaces());
  for (const poll::Poll& poll : polls) {
    histories_.try_emplace(poll.id(), TallyHistory::Options());
    poll_states_.try_emplace(poll.id(), FeedState::live);
  }
  for (const poll::Poll& poll : polls) {
    publishers_.push_back(std::make_unique<ResultsPublisher>(
        threads.context(publishers_.size() % threads.size()), poll, feed, options.publish_period,
        [this](const ResultsPublisher::Publication& publication) { publish(publication); },
        [this, &poll](const poll::VoteTimes& votes, const tracing::SpanContext& trace) {
          push_.were_sent_before(poll.id(), votes, trace);
        }));
  }
  observe_viewers(metrics, sockets_);
  metrics.observed_counter(
      "pollux_results_invalid_passes_total",
      "Passes to results that were not valid: of an earlier run, or signed with another pass-secret.", {},
      [this] { return static_cast<double>(managed_.invalid_passes()); });
  metrics.observed_gauge("pollux_polls_followed", "Polls made by people whose results are followed now.", {},
                         [this] { return static_cast<double>(managed_.followed()); });
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
      if (state != FeedState::live)
        socket->emit("feed", {.values = feed_arguments(state), .attachments = {}});
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
  managed_.show_feed(state);
}

void ResultService::show_feed(const poll::PollId& poll, FeedState state) {
  const auto known = poll_states_.find(poll);
  if (known == poll_states_.end()) return managed_.show_feed(poll, state);
  known->second = state;
  show_state_of(poll);
}

FeedState ResultService::state_of(const poll::PollId& poll) const {
  return feed_state_ == FeedState::live ? poll_states_.at(poll).load() : FeedState::reconnecting;
}

void ResultService::show_state_of(const poll::PollId& poll) {
  push_.show_feed(poll, state_of(poll));
}

void ResultService::add_routes(http::Router& router) {
  router.under(path_);
  add_numbers_routes(router);
  managed_.add_stream_route(router, streams_);
  router.on(http::Method::get, "/api/history", [this](const auto& request, const auto& reply) {
    answer(request, reply, [this](const auto& poll) {
      return histories_.at(poll.poll().id()).json(poll.latest(), std::chrono::system_clock::now());
    });
  });
  // The protocol handles every method itself.
  router.on_any_method(socket_options().transport.path,
                       [this](const auto& request, const auto& reply) { sockets_.handle(request, reply); });
}

void ResultService::add_numbers_routes(http::Router& router) {
  managed_.add_routes(router);
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
  histories_.at(results.poll).record(results, std::chrono::system_clock::now());
  if (results.poll == front_poll_) sockets_.broadcast_latest({}, "scores", scores(results));
  push_.send(results.poll, "tally", tally(results), publication.change,
             [publisher = find(results.poll)](Push::Clock::duration time) { publisher->took(time); });
}

}  // namespace pollux::result
