// The results of one poll that someone made, followed while they have viewers.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "base/io_threads.hpp"
#include "poll/poll_directory.hpp"
#include "poll/ports.hpp"
#include "result/paced.hpp"
#include "result/public_results.hpp"

namespace pollux::result {

// Publishes each change of the poll, and of the tally of its current run, when its turn comes (Paced): some
// changes are skipped, the newest never is. Any thread.
class LiveResults : public std::enable_shared_from_this<LiveResults> {
 public:
  // Requests that wait for the first tally.
  static constexpr std::size_t max_waiting = 1'000;

  // What they refer to outlives the handlers that are pending on the context.
  struct Events {
    // On the context's thread; must not block. May come again while the results are destroyed.
    std::function<void(const ResultsNow& now, const PendingChange::Details& change)> changed;
    // As ResultsPublisher::PublishedBefore.
    std::function<void(const poll::PollId& id, const poll::VoteTimes& votes,
                       const tracing::SpanContext& trace)>
        published_before;
  };

  // The context, the directory and the feed must outlive it. Not under a lock that the events take.
  static std::shared_ptr<LiveResults> follow(IoThreads::Context& context, const poll::PollId& id,
                                             poll::PollDirectory& directory, poll::TallyFeed& feed,
                                             std::chrono::milliseconds period, Events events);
  ~LiveResults();
  LiveResults(const LiveResults&) = delete;
  LiveResults& operator=(const LiveResults&) = delete;

  const poll::PollId& id() const { return id_; }

  ResultsNow now() const;
  // public_results_json(now()), made once for all who ask before the next change.
  std::shared_ptr<const std::string> json() const;

  // PollHistory::json() at this moment.
  std::string history_json() const;

  // Calls `done` once with the results: at once if they are complete (is_complete()), else when they are, on
  // the context's thread. False if max_waiting wait already. Not called if the results are destroyed before.
  bool when_complete(std::function<void(const ResultsNow& now)> done);
  // Destroys what waits in when_complete(), without calls.
  void drop_waiting();

  void took(Paced::Clock::duration time);  // Paced::took()

 private:
  class State;

  LiveResults(const poll::PollId& id, poll::TallyFeed& feed, std::shared_ptr<State> state);

  void follow_run();

  const poll::PollId id_;
  poll::TallyFeed& feed_;
  const std::shared_ptr<State> state_;
  std::mutex run_mutex_;             // guards the next two
  std::optional<poll::PollId> run_;  // whose tally is followed
  std::unique_ptr<poll::TallyFeed::Subscription> tally_subscription_;
  std::unique_ptr<poll::PollDirectory::Subscription> poll_subscription_;
};

}  // namespace pollux::result
