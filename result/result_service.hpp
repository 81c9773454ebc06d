// The API with the tally as JSON, and the push of every update to viewers.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/io_threads.hpp"
#include "http/router.hpp"
#include "poll/poll.hpp"
#include "poll/poll_directory.hpp"
#include "poll/ports.hpp"
#include "result/event_streams.hpp"
#include "result/managed_results.hpp"
#include "result/push.hpp"
#include "result/results_publisher.hpp"
#include "result/tally_json.hpp"
#include "socketio/server.hpp"
#include "telemetry/metrics.hpp"
#include "tracing/tracer.hpp"

namespace pollux::result {

// The options of Socket.IO before settings change them: its path and its bounds, from which the routes and
// the limits of the HTTP server follow.
inline socketio::Options socket_options() {
  return {};
}

// Socket.IO for our page: namespace /polls/<id>, event `tally` with tally_object(), on connecting and after
// each change. For the page of example-voting-app: namespace /, `message` {"text":"Welcome!"} on connecting,
// and `scores` with scores_json(). For the polls that people made: ManagedResults. A slow viewer skips older
// results. Events from viewers are ignored.
//
// Any io thread. Its references must outlive it, and it must outlive the HTTP server whose requests it
// handles. Destroy it after the io threads have ended.
class ResultService {
 public:
  struct Options {
    std::chrono::milliseconds publish_period{16};  // 60 frames a second
    std::string path = "/";  // of the public URL of the page: starts and ends with a slash
    socketio::Options sockets = socket_options();
    std::size_t max_polls = FollowedPolls::Options().max_polls;  // that people made, followed at a time
    std::shared_ptr<const poll::ResultsPass> passes{};           // see ManagedResults
    EventStreams::Options streams{};
    tracing::Tracer tracer{};
  };

  // `front_poll`, one of `polls`, is shown on the page and in the namespace /. `directory` has the polls that
  // people made. It and the feed must outlive the io threads, too.
  ResultService(IoThreads& threads, const std::vector<poll::Poll>& polls, const poll::PollId& front_poll,
                poll::PollDirectory& directory, poll::TallyFeed& feed, Options options,
                telemetry::Metrics& metrics);
  ~ResultService();

  // Adds GET /api/tally, GET /api/history, GET /api/results/* with history and stream, and the path of
  // Socket.IO, all also below Options::path.
  void add_routes(http::Router& router);

  // Adds only GET /api/tally, GET /api/results/* and its history, to the routes of another page.
  void add_numbers_routes(http::Router& router);

  // The newest results of the front poll. Any thread.
  poll::Results latest() const { return find(front_poll_)->latest(); }

  // Sends the event `feed` with {"state":"live"} or {"state":"reconnecting"} to the viewers of every poll,
  // now and when they connect. Initially live. Any thread.
  void show_feed(FeedState state);
  // The same for one poll, or for the poll that has this run. A poll is live if both states are.
  void show_feed(const poll::PollId& poll, FeedState state);

  // The polls that people made.
  ManagedResults& managed() { return managed_; }

  // Disconnects every viewer, to reconnect elsewhere. Any thread.
  void drain() {
    streams_.end();
    sockets_.drain();
  }

 private:
  void add_namespaces(const std::vector<poll::Poll>& polls);
  ResultsPublisher* find(const poll::PollId& poll) const;
  // Answers with the document of the requested poll.
  void answer(const http::Request& request, const http::Reply& reply,
              const std::function<std::string(const ResultsPublisher&)>& document) const;
  void publish(const ResultsPublisher::Publication& publication);
  FeedState state_of(const poll::PollId& poll) const;
  void show_state_of(const poll::PollId& poll);

  const poll::PollId front_poll_;
  const std::string path_;
  socketio::Server sockets_;
  const Push push_;
  EventStreams streams_;
  ManagedResults managed_;
  std::map<poll::PollId, TallyHistory> histories_;  // of every poll; the keys never change
  std::vector<std::unique_ptr<ResultsPublisher>> publishers_;
  std::atomic<FeedState> feed_state_ = FeedState::live;
  std::map<poll::PollId, std::atomic<FeedState>> poll_states_;  // of every poll; the keys never change
};

// The same options, with a tracer.
inline ResultService::Options with_tracer(ResultService::Options options, tracing::Tracer tracer) {
  options.tracer = std::move(tracer);
  return options;
}

// The same, with passes that are signed with the key, or with the secret unless that is empty.
inline ResultService::Options with_passes(ResultService::Options options, std::span<const std::uint8_t> key) {
  options.passes = std::make_shared<const poll::ResultsPass>(key);
  return options;
}
inline ResultService::Options with_passes(ResultService::Options options, std::string_view secret) {
  if (!secret.empty()) options.passes = std::make_shared<const poll::ResultsPass>(secret);
  return options;
}

}  // namespace pollux::result
