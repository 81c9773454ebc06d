// Follows the tally of one poll and publishes its results at a bounded rate.
#pragma once

#include <chrono>
#include <functional>
#include <memory>

#include "base/io_threads.hpp"
#include "poll/ports.hpp"
#include "poll/results.hpp"
#include "result/paced.hpp"

namespace pollux::result {

// Publishes a change when its turn comes (Paced), with the newest results: some results are skipped, the
// newest never is.
class ResultsPublisher {
 public:
  using Clock = Paced::Clock;

  struct Publication {
    poll::Results results;
    PendingChange::Details change;
  };
  // Called on the context's thread; must not block.
  using Publish = std::function<void(const Publication&)>;
  // Called with votes, and their trace, that became known after their results were published. On the feed's
  // thread; must not block.
  using PublishedBefore =
      std::function<void(const poll::VoteTimes& votes, const tracing::SpanContext& trace)>;

  // The context, the poll and the feed must outlive it. Destroy it on the context's thread, or after that has
  // ended.
  ResultsPublisher(IoThreads::Context& context, const poll::Poll& poll, poll::TallyFeed& feed,
                   std::chrono::milliseconds period, Publish publish, PublishedBefore published_before);
  ~ResultsPublisher();
  ResultsPublisher(const ResultsPublisher&) = delete;
  ResultsPublisher& operator=(const ResultsPublisher&) = delete;

  const poll::Poll& poll() const { return poll_; }

  // The newest results, published or not. Any thread.
  poll::Results latest() const;

  // Reports how long the last publication took until every connection had it. Any thread.
  void took(Clock::duration time);

 private:
  class Newest;

  const poll::Poll& poll_;
  std::shared_ptr<Newest> newest_;
  std::unique_ptr<poll::TallyFeed::Subscription> subscription_;
};

}  // namespace pollux::result
