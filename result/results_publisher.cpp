#include "result/results_publisher.hpp"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <optional>
#include <utility>

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

namespace pollux::result {

// Shared with pending handlers, which may outlive the publisher briefly.
class ResultsPublisher::Pace : public std::enable_shared_from_this<Pace> {
 public:
  Pace(IoThreads::Context& context, poll::Results initial, std::chrono::milliseconds period, Publish publish,
       PublishedBefore published_before)
      : context_(context),
        timer_(context),
        period_(period),
        publish_(std::move(publish)),
        published_before_(std::move(published_before)),
        latest_(std::move(initial)) {}

  // On the feed's thread.
  void take(poll::Results results, const poll::VoteTimes& votes, const tracing::SpanContext& trace) {
    std::unique_lock lock(mutex_);
    const bool newer = !taken_ || results.version > latest_.version;
    if (!newer && !waiting_since_) {
      lock.unlock();
      return published_before_(votes, trace);
    }
    votes_.add(votes);
    if (!trace_.sampled) trace_ = trace;
    if (!newer) return;
    taken_ = true;
    latest_ = std::move(results);
    if (waiting_since_) return;
    waiting_since_ = Clock::now();
    boost::asio::post(context_, [self = shared_from_this()] { self->wait_for_turn(); });
  }

  poll::Results latest() const {
    const std::lock_guard lock(mutex_);
    return latest_;
  }

  void took(Clock::duration time) { cost_ = time; }

  void stop() {
    stopped_ = true;
    timer_.cancel();
  }

 private:
  void wait_for_turn() {
    const Clock::duration period = std::max<Clock::duration>(period_, 2 * cost_.load());
    if (!last_turn_ || Clock::now() >= *last_turn_ + period) return publish();
    timer_.expires_at(*last_turn_ + period);
    timer_.async_wait([self = shared_from_this()](const boost::system::error_code& cancelled) {
      if (!cancelled) self->publish();
    });
  }

  void publish() {
    if (stopped_) return;
    last_turn_ = Clock::now();
    std::unique_lock lock(mutex_);
    const Publication publication{.results = latest_,
                                  .changed_at = *std::exchange(waiting_since_, std::nullopt),
                                  .votes = std::exchange(votes_, {}),
                                  .trace = std::exchange(trace_, {})};
    lock.unlock();
    publish_(publication);
  }

  IoThreads::Context& context_;
  boost::asio::steady_timer timer_;
  const std::chrono::milliseconds period_;
  const Publish publish_;
  const PublishedBefore published_before_;
  std::optional<Clock::time_point> last_turn_;
  std::atomic<Clock::duration> cost_{Clock::duration::zero()};
  bool stopped_ = false;

  mutable std::mutex mutex_;  // guards the members below; the others belong to the context's thread
  poll::Results latest_;
  bool taken_ = false;                              // latest_ is from the feed
  poll::VoteTimes votes_;                           // of the next publication
  tracing::SpanContext trace_;                      // likewise
  std::optional<Clock::time_point> waiting_since_;  // set while a publication is scheduled
};

ResultsPublisher::ResultsPublisher(IoThreads::Context& context, const poll::Poll& poll, poll::TallyFeed& feed,
                                   std::chrono::milliseconds period, Publish publish,
                                   PublishedBefore published_before)
    : poll_(poll),
      pace_(std::make_shared<Pace>(context, poll::make_results(poll, {poll.id(), 0, {}}), period,
                                   std::move(publish), std::move(published_before))),
      subscription_(feed.subscribe(poll.id(), [this](const poll::Tally& tally, const poll::VoteTimes& votes) {
        pace_->take(poll::make_results(poll_, tally), votes, tally.trace);
      })) {}

ResultsPublisher::~ResultsPublisher() {
  subscription_.reset();
  pace_->stop();
}

poll::Results ResultsPublisher::latest() const {
  return pace_->latest();
}

void ResultsPublisher::took(Clock::duration time) {
  pace_->took(time);
}

namespace {

struct Round {
  std::atomic<std::size_t> threads_left;
  std::function<void()> done;
};

}  // namespace

void after_io_threads(IoThreads& threads, std::function<void()> done) {
  const auto round = std::make_shared<Round>(threads.size(), std::move(done));
  for (std::size_t i = 0; i < threads.size(); ++i) {
    boost::asio::post(threads.context(i), [round] {
      if (--round->threads_left == 0) round->done();
    });
  }
}

}  // namespace pollux::result
