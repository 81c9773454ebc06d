#include "result/results_publisher.hpp"

#include <mutex>
#include <utility>

namespace pollux::result {

// The newest results and, until they are published, what has changed.
class ResultsPublisher::Newest : public Paced {
 public:
  Newest(IoThreads::Context& context, poll::Results initial, std::chrono::milliseconds period,
         Publish publish, PublishedBefore published_before)
      : Paced(context, period),
        publish_(std::move(publish)),
        published_before_(std::move(published_before)),
        latest_(std::move(initial)) {}

  // On the feed's thread.
  void take(poll::Results results, const poll::VoteTimes& votes, const tracing::SpanContext& trace) {
    std::unique_lock lock(mutex_);
    const bool newer = !taken_ || results.version > latest_.version;
    if (!newer && !change_.is_pending()) {
      lock.unlock();
      return published_before_(votes, trace);
    }
    change_.add(votes, trace);
    if (!newer) return;
    taken_ = true;
    latest_ = std::move(results);
    if (change_.begin()) request_turn();
  }

  poll::Results latest() const {
    const std::lock_guard lock(mutex_);
    return latest_;
  }

 private:
  void take_turn() override {
    std::unique_lock lock(mutex_);
    const Publication publication{.results = latest_, .change = change_.take()};
    lock.unlock();
    publish_(publication);
  }

  const Publish publish_;
  const PublishedBefore published_before_;

  mutable std::mutex mutex_;  // guards the members below
  poll::Results latest_;
  bool taken_ = false;  // latest_ is from the feed
  PendingChange change_;
};

ResultsPublisher::ResultsPublisher(IoThreads::Context& context, const poll::Poll& poll, poll::TallyFeed& feed,
                                   std::chrono::milliseconds period, Publish publish,
                                   PublishedBefore published_before)
    : poll_(poll),
      newest_(std::make_shared<Newest>(context, poll::make_results(poll, {poll.id(), 0, {}}), period,
                                       std::move(publish), std::move(published_before))),
      subscription_(feed.subscribe(poll.id(), [this](const poll::Tally& tally, const poll::VoteTimes& votes) {
        newest_->take(poll::make_results(poll_, tally), votes, tally.trace);
      })) {}

ResultsPublisher::~ResultsPublisher() {
  subscription_.reset();
  newest_->stop();
}

poll::Results ResultsPublisher::latest() const {
  return newest_->latest();
}

void ResultsPublisher::took(Clock::duration time) {
  newest_->took(time);
}

}  // namespace pollux::result
