// Follows the tally of one poll and publishes its results at a bounded rate.
#pragma once

#include <chrono>
#include <functional>
#include <memory>

#include "base/io_threads.hpp"
#include "poll/ports.hpp"
#include "poll/results.hpp"

namespace pollux::result {

// Publishes a change at once if nothing was published for `period`, else at the end of the period, with the
// newest results: some results are skipped, the newest never is. If publishing takes long, because there are
// many viewers, the period is twice that time, so that it never takes more than half of the threads' time.
class ResultsPublisher {
 public:
  using Clock = std::chrono::steady_clock;

  struct Publication {
    poll::Results results;
    Clock::time_point changed_at;  // of the first change since the last publication
    poll::VoteTimes votes;         // which these results are the first to include, as far as known
    tracing::SpanContext trace{};  // of the first sampled change since the last publication
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
  class Pace;

  const poll::Poll& poll_;
  std::shared_ptr<Pace> pace_;
  std::unique_ptr<poll::TallyFeed::Subscription> subscription_;
};

// Calls `done` once, on one of the io threads, after each of them has run what was posted to it before this
// call. If the threads stop first, `done` is destroyed without a call. Any thread.
void after_io_threads(IoThreads& threads, std::function<void()> done);

}  // namespace pollux::result
