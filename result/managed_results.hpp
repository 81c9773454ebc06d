// The results of the polls that people made: GET /api/results/CODE, and the push of every change to viewers.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <string_view>

#include "base/io_threads.hpp"
#include "http/router.hpp"
#include "poll/poll_directory.hpp"
#include "poll/ports.hpp"
#include "poll/results_pass.hpp"
#include "result/event_streams.hpp"
#include "result/followed_polls.hpp"
#include "result/public_results.hpp"
#include "result/push.hpp"
#include "socketio/namespace.hpp"

namespace pollux::result {

// Socket.IO: the namespace /polls/<id> of a poll that the directory has, with the event `results` and
// public_results_json() as an object, on connecting and after each change; and the event `feed`, as
// ResultService. A poll is followed only while someone asks for its results.
//
// A viewer with a pass (poll/results_pass.hpp) connects with it, {"pass":"5bdc…"}. While the policy hides the
// results from those who have not voted, it also gets the event `voted_results`, with the results.
//
// Any thread. Its references must outlive it and the io threads. Destroy it after the io threads have ended.
class ManagedResults {
 public:
  // `passes`: null if this program can't check them, and there are none.
  ManagedResults(IoThreads& threads, poll::PollDirectory& directory, poll::TallyFeed& feed, Push push,
                 std::shared_ptr<const poll::ResultsPass> passes, FollowedPolls::Options options);

  // Adds the namespaces; before the first request.
  void add_to(socketio::Namespaces& namespaces);
  // Adds GET /api/results/*, and GET /api/results/*/history with PollHistory::json().
  void add_routes(http::Router& router);
  // Adds GET /api/results/*/stream with the events of EventStreams. `streams` outlives the router.
  void add_stream_route(http::Router& router, EventStreams& streams);

  // Calls `use` with the results of the poll that has this code, typed in any way, as soon as they are known,
  // possibly on another thread. Answers the request with an error if there are none.
  using Use = std::function<void(const ResultsNow& now, const LiveResults& results)>;
  void find(std::string_view code, const http::Reply& reply, Use use);

  // Whether the pass is for the current run of the poll. Counts those that are not.
  bool is_valid(std::string_view pass, const ResultsNow& now) const;
  // The pass in the query of a request, `?pass=`; empty if there is none.
  static std::string pass_in(const http::Request& request);

  // As ResultService::show_feed(): for all polls, and for the one that has this run.
  void show_feed(FeedState state);
  void show_feed(const poll::PollId& run, FeedState state);

  // How often a pass was not valid: of an earlier run, or signed with another secret, or this program has
  // none.
  std::uint64_t invalid_passes() const { return invalid_passes_; }

  // How many polls are followed.
  std::size_t followed() const { return polls_.size(); }

 private:
  std::shared_ptr<const socketio::Namespace> open(const std::string& name);
  void publish(const ResultsNow& now, const PendingChange::Details& change);
  FeedState state_of(const ResultsNow& now) const;

  void greet(socketio::Socket& socket, const socketio::Namespace::Auth& auth,
             const LiveResults& results) const;

  poll::PollDirectory& directory_;
  const Push push_;
  const std::shared_ptr<const poll::ResultsPass> passes_;
  mutable std::atomic<std::uint64_t> invalid_passes_ = 0;
  mutable std::mutex mutex_;  // guards the next two
  FeedState feed_state_ = FeedState::live;
  std::set<poll::PollId> unreadable_;  // runs
  FollowedPolls polls_;                // last: its events use what is above
};

}  // namespace pollux::result
