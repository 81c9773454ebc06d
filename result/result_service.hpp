// The result page, the tally as JSON, and the push of every change to those who follow.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/io_threads.hpp"
#include "http/router.hpp"
#include "poll/poll_directory.hpp"
#include "poll/tally_feed.hpp"
#include "result/result_metrics.hpp"
#include "result/results_publisher.hpp"
#include "result/tally_history.hpp"
#include "socketio/server.hpp"
#include "telemetry/metrics.hpp"

namespace pollux::result {

// Whether what is shown is as new as the recorded votes.
enum class FeedState { live, reconnecting };

// Socket.IO, as our page uses it: namespace /polls/<id>, event `tally` with the object of tally_json.hpp, on
// connecting and after each change. As the original page does: namespace /, `message` {"text":"Welcome!"} on
// connecting, and `scores` with one argument, a JSON text. Both are about the newest results only: a slow
// viewer skips older ones. Nothing that a viewer sends has an effect, nor is it kept.
//
// Any io thread. What it refers to outlives it, and it outlives the HTTP server that it answers for.
// Destroyed once the io threads have ended.
class ResultService {
 public:
  struct Options {
    std::chrono::milliseconds publish_period{16};
    std::string path = "/";  // of the page's public URL: starts and ends with a slash
    socketio::Options sockets;
  };

  // `front_poll`, one of `polls`, is the one that the page and the original's namespace show.
  ResultService(IoThreads& threads, const poll::PollDirectory& polls, const poll::PollId& front_poll,
                poll::TallyFeed& feed, Options options, telemetry::Metrics& metrics);
  ~ResultService();

  // Adds GET /api/tally, GET /api/history and the push protocol's path to a server's routes, which also
  // answer below Options::path.
  void add_routes(http::Router& router);

  // The newest results of the front poll. Any thread.
  poll::Results latest() const { return find(front_poll_)->latest(); }

  // Tells the followers of every poll, now and when they connect, by the event `feed` with the object
  // {"state":"live"} or {"state":"reconnecting"}. It begins live. Any thread.
  void show_feed(FeedState state);
  // The same for the followers of one poll: it is live where both say so.
  void show_feed(const poll::PollId& poll, FeedState state);

  // Sends every viewer away, to connect again elsewhere. Any thread.
  void drain() { sockets_.drain(); }

 private:
  using Clock = ResultsPublisher::Clock;

  void add_namespaces(const poll::PollDirectory& polls);
  ResultsPublisher* find(const poll::PollId& poll) const;
  // Answers with what `document` makes of the poll that the request asks for.
  void answer(const http::Request& request, const http::Reply& reply,
              const std::function<std::string(const ResultsPublisher&)>& document) const;
  void publish(const poll::Results& results, Clock::time_point changed_at);
  FeedState state_of(const poll::PollId& poll) const;
  void show_state_of(const poll::PollId& poll);

  IoThreads& threads_;
  const poll::PollId front_poll_;
  const std::string path_;
  ResultMetrics metrics_;
  socketio::Server sockets_;
  std::map<poll::PollId, TallyHistory> histories_;  // of every poll, from the beginning on
  std::vector<std::unique_ptr<ResultsPublisher>> publishers_;
  std::atomic<FeedState> feed_state_ = FeedState::live;
  std::map<poll::PollId, std::atomic<FeedState>> poll_states_;  // of every poll, from the beginning on
};

}  // namespace pollux::result
