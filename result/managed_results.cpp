#include "result/managed_results.hpp"

#include <utility>

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>

#include "http/client_address.hpp"
#include "http/form.hpp"

namespace pollux::result {
namespace {

namespace json = boost::json;

json::array arguments_of(const LiveResults& results) {
  return {json::parse(*results.json())};
}

// Of this moment and no later one, which may be of the next run.
json::array arguments_for_voters(const ResultsNow& now) {
  return {json::parse(public_results_json(now, true))};
}

// Those who have voted in the run, of its poll's viewers.
std::string room_of_voters(const ResultsNow& now) {
  return "voted in " + run_id(*now.poll).text();
}

http::Response unavailable_now(const std::string& message) {
  http::Response response = http::text(503, message);
  response.set("Retry-After", "5");
  return response;
}

}  // namespace

ManagedResults::ManagedResults(IoThreads& threads, poll::PollDirectory& directory, poll::TallyFeed& feed,
                               Push push, std::shared_ptr<const poll::ResultsPass> passes,
                               FollowedPolls::Options options)
    : directory_(directory),
      push_(std::move(push)),
      passes_(std::move(passes)),
      polls_(threads, directory, feed, options,
             {.changed = [this](const ResultsNow& now,
                                const PendingChange::Details& change) { publish(now, change); },
              .published_before =
                  [this](const poll::PollId& id, const poll::VoteTimes& votes,
                         const tracing::SpanContext& trace) { push_.were_sent_before(id, votes, trace); }}) {}

void ManagedResults::add_to(socketio::Namespaces& namespaces) {
  namespaces.add_dynamic([this](const std::string& name, const auto&) { return open(name); });
}

std::shared_ptr<const socketio::Namespace> ManagedResults::open(const std::string& name) {
  if (!name.starts_with(poll_namespace_prefix)) return nullptr;
  const auto id = poll::PollId::parse(std::string_view(name).substr(poll_namespace_prefix.size()));
  if (!id) return nullptr;
  const auto followed = polls_.follow(*id);
  if (!followed) return nullptr;
  auto viewers = std::make_shared<socketio::Namespace>();
  viewers->connected = [this, results = *followed](const auto& socket, const auto& auth) {
    greet(*socket, auth, *results);
  };
  return viewers;
}

void ManagedResults::greet(socketio::Socket& socket, const socketio::Namespace::Auth& auth,
                           const LiveResults& results) const {
  const ResultsNow now = results.now();
  const auto* const pass = auth.if_contains("pass");
  const bool has_voted = pass != nullptr && pass->is_string() && is_valid(pass->get_string(), now);
  if (has_voted) socket.join(room_of_voters(now));
  // Else they are published when they are complete.
  if (can_be_sent(now)) {
    socket.emit("results", {.values = arguments_of(results), .attachments = {}});
    if (has_voted && is_complete(now) && has_results_for_voters(now))
      socket.emit("voted_results", {.values = arguments_for_voters(now), .attachments = {}});
  }
  const FeedState state = state_of(now);
  if (state != FeedState::live) socket.emit("feed", {.values = feed_arguments(state), .attachments = {}});
}

void ManagedResults::publish(const ResultsNow& now, const PendingChange::Details& change) {
  const auto results = polls_.find(now.id);
  if (!results || !can_be_sent(results->now())) return;
  if (passes_ && is_complete(now) && has_results_for_voters(now))
    push_.send_to_room(now.id, room_of_voters(now), "voted_results", arguments_for_voters(now));
  push_.send(now.id, "results", arguments_of(*results), change,
             [weak = std::weak_ptr(results)](Push::Clock::duration time) {
               if (const auto sent = weak.lock()) sent->took(time);
             });
}

void ManagedResults::add_routes(http::Router& router) {
  router.on_each(
      http::Method::get, "/api/results/*",
      [this](const auto& request, const http::Reply& reply, const http::Segments& segments) {
        find(segments[0], reply,
             [this, reply, pass = pass_in(request)](const ResultsNow& now, const LiveResults& results) {
               http::Response response = is_valid(pass, now) ? http::json(200, public_results_json(now, true))
                                                             : http::json(200, results.json());
               response.set("Cache-Control", "no-store");
               reply(std::move(response));
             });
      });
  router.on_each(http::Method::get, "/api/results/*/history",
                 [this](const auto&, const http::Reply& reply, const http::Segments& segments) {
                   find(segments[0], reply, [reply](const ResultsNow&, const LiveResults& results) {
                     http::Response response = http::json(200, results.history_json());
                     response.set("Cache-Control", "no-store");
                     reply(std::move(response));
                   });
                 });
}

void ManagedResults::add_stream_route(http::Router& router, EventStreams& streams) {
  router.on_each(
      http::Method::get, "/api/results/*/stream",
      [this, &streams](const auto& request, const http::Reply& reply, const http::Segments& segments) {
        find(segments[0], reply,
             [&streams, reply, network = http::network_of(request.remote_address),
              known = std::string(request.header("Last-Event-ID"))](const ResultsNow&,
                                                                    const LiveResults& results) {
               auto stream = streams.begin(results.shared_from_this(), network, known);
               if (!stream) return reply(unavailable_now(stream.error().message));
               http::Response response;
               response.stream = *std::move(stream);
               response.set("Content-Type", "text/event-stream");
               response.set("Cache-Control", "no-store");
               response.set("X-Accel-Buffering", "no");  // for nginx, which would keep small events
               reply(std::move(response));
             });
      });
}

bool ManagedResults::is_valid(std::string_view pass, const ResultsNow& now) const {
  if (pass.empty() || !now.poll) return false;
  if (passes_ && passes_->is_valid(run_id(*now.poll), pass)) return true;
  ++invalid_passes_;
  return false;
}

std::string ManagedResults::pass_in(const http::Request& request) {
  const Result<http::Fields> query = http::parse_query(request.query);
  return query ? std::string(query->find("pass").value_or("")) : std::string();
}

void ManagedResults::find(std::string_view code, const http::Reply& reply, Use use) {
  const auto parsed = poll::PollCode::parse(code);
  const auto poll = parsed ? directory_.find(*parsed) : nullptr;
  if (!poll) return reply(http::text(404, "This poll does not exist."));
  const auto followed = polls_.follow(poll->id);
  if (!followed) {
    const Error& error = followed.error();
    return reply(error.code == ErrorCode::full ? unavailable_now(error.message)
                                               : http::text(404, error.message));
  }
  const auto& results = *followed;
  const bool waits =
      results->when_complete([results, use = std::move(use)](const ResultsNow& now) { use(now, *results); });
  if (!waits) reply(unavailable_now("The results of this poll can't be read at the moment."));
}

FeedState ManagedResults::state_of(const ResultsNow& now) const {
  const std::lock_guard lock(mutex_);
  const bool is_readable = !now.poll || !unreadable_.contains(run_id(*now.poll));
  return is_readable ? feed_state_ : FeedState::reconnecting;
}

void ManagedResults::show_feed(FeedState state) {
  {
    const std::lock_guard lock(mutex_);
    feed_state_ = state;
  }
  for (const auto& results : polls_.all()) push_.show_feed(results->id(), state_of(results->now()));
}

void ManagedResults::show_feed(const poll::PollId& run, FeedState state) {
  {
    const std::lock_guard lock(mutex_);
    if (state == FeedState::live) {
      unreadable_.erase(run);
    } else {
      unreadable_.insert(run);
    }
  }
  for (const auto& results : polls_.all()) {
    const ResultsNow now = results->now();
    if (now.poll && run_id(*now.poll) == run) push_.show_feed(results->id(), state_of(now));
  }
}

}  // namespace pollux::result
