// The result page, the tally as JSON, and the push of every change to those who follow.
#pragma once

#include <chrono>
#include <memory>
#include <vector>

#include "base/io_threads.hpp"
#include "http/router.hpp"
#include "poll/poll_directory.hpp"
#include "poll/tally_feed.hpp"
#include "result/result_metrics.hpp"
#include "result/results_publisher.hpp"
#include "service/metrics.hpp"
#include "socketio/server.hpp"

namespace pollux::result {

// Socket.IO, as our page uses it: namespace /polls/<id>, event `tally` with the object of tally_json.hpp, on
// connecting and upon each change. As the original page does: namespace /, `message` {"text":"Welcome!"} on
// connecting, and `scores` with one argument, a JSON text. Both are about the newest results only: a slow
// viewer skips older ones. Nothing that a viewer sends has an effect, nor is it kept.
//
// Any io thread. What it refers to outlives it, and it outlives the HTTP server that it answers for.
// Destroyed once the io threads have ended.
class ResultService {
 public:
  struct Options {
    std::chrono::milliseconds publish_period{50};
    socketio::Options sockets;
  };

  // `front_poll`, one of `polls`, is the one that the page and the original's namespace show.
  ResultService(IoThreads& threads, const PollDirectory& polls, const PollId& front_poll, TallyFeed& feed,
                Options options, Metrics& metrics);
  ~ResultService();

  // Adds GET /api/tally and the push protocol's path to a server's routes.
  void add_routes(http::Router& router);

  // Sends every viewer away, to connect again elsewhere. Any thread.
  void drain() { sockets_.drain(); }

 private:
  using Clock = ResultsPublisher::Clock;

  void add_namespaces(const PollDirectory& polls);
  const ResultsPublisher* find(const PollId& poll) const;
  void answer_tally(const http::Request& request, const http::Reply& reply) const;
  void publish(const Results& results, Clock::time_point changed_at);

  IoThreads& threads_;
  const PollId front_poll_;
  ResultMetrics metrics_;
  socketio::Server sockets_;
  std::vector<std::unique_ptr<ResultsPublisher>> publishers_;
};

}  // namespace pollux::result
