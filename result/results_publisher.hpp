// Follows one poll's tally and passes its results on at a humane rate.
#pragma once

#include <chrono>
#include <functional>
#include <memory>

#include "base/io_threads.hpp"
#include "poll/results.hpp"
#include "poll/tally_feed.hpp"

namespace pollux::result {

// A change is published at once where nothing was for `period`, and with that of its followers at the
// period's end otherwise: some results are skipped, the newest never is. Where publishing takes long, because
// many follow, the period is twice that time, so that it never takes more than half of the threads.
class ResultsPublisher {
 public:
  using Clock = std::chrono::steady_clock;
  // Called on the context's thread; must not block. `changed_at`: when the first of the changes came that are
  // published now.
  using Publish = std::function<void(const poll::Results&, Clock::time_point changed_at)>;

  // The context, the poll and the feed outlive it. Destroyed either on the context's thread or once that has
  // ended.
  ResultsPublisher(IoThreads::Context& context, const poll::Poll& poll, poll::TallyFeed& feed,
                   std::chrono::milliseconds period, Publish publish);
  ~ResultsPublisher();
  ResultsPublisher(const ResultsPublisher&) = delete;
  ResultsPublisher& operator=(const ResultsPublisher&) = delete;

  const poll::Poll& poll() const { return poll_; }

  // The newest results, published or about to be. Any thread.
  poll::Results latest() const;

  // What publishing took the last time, until every follower's connection had it. Any thread.
  void took(Clock::duration time);

 private:
  class Pace;

  const poll::Poll& poll_;
  std::shared_ptr<Pace> pace_;
  std::unique_ptr<poll::TallyFeed::Subscription> subscription_;
};

}  // namespace pollux::result
