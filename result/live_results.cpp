#include "result/live_results.hpp"

#include <utility>
#include <vector>

#include <boost/asio/post.hpp>

#include "result/poll_history.hpp"

namespace pollux::result {

// Shared with pending handlers.
class LiveResults::State : public Paced {
 public:
  State(IoThreads::Context& context, const poll::PollId& id, std::chrono::milliseconds period, Events events)
      : Paced(context, period),
        events_(std::move(events)),
        now_{.id = id, .poll = nullptr, .tally = nullptr} {}

  using Paced::context;

  // On a thread of the directory's publishers.
  void take_poll(const poll::PollDirectory::Poll& poll) {
    const std::lock_guard lock(mutex_);
    if (!poll || !now_.poll || poll->run != now_.poll->run) now_.tally = nullptr;
    now_.poll = poll;
    changed_locked();
  }

  // On the feed's thread.
  void take_tally(const poll::Tally& tally, const poll::VoteTimes& votes) {
    std::unique_lock lock(mutex_);
    if (!now_.poll || tally.poll != run_id(*now_.poll)) return;  // of an earlier run
    const bool newer = !now_.tally || tally.version > now_.tally->version;
    if (!newer && !change_.is_pending()) {
      lock.unlock();
      return events_.published_before(now_.id, votes, tally.trace);
    }
    change_.add(votes, tally.trace);
    if (!newer) return;
    now_.tally = std::make_shared<const poll::Tally>(tally);
    changed_locked();
  }

  ResultsNow now() const {
    const std::lock_guard lock(mutex_);
    return now_;
  }

  std::shared_ptr<const std::string> json() const {
    const std::lock_guard lock(mutex_);
    if (!json_) json_ = std::make_shared<const std::string>(public_results_json(now_));
    return json_;
  }

  std::string history_json() { return history_.json(now(), std::chrono::system_clock::now()); }

  bool when_complete(std::function<void(const ResultsNow&)> done) {
    std::unique_lock lock(mutex_);
    if (!is_complete(now_)) {
      if (waiting_.size() >= max_waiting) return false;
      waiting_.push_back(std::move(done));
      return true;
    }
    const ResultsNow now = now_;
    lock.unlock();
    done(now);
    return true;
  }

  void drop_waiting() {
    std::unique_lock lock(mutex_);
    const auto dropped = std::exchange(waiting_, {});
    lock.unlock();
  }

 private:
  void changed_locked() {
    json_ = nullptr;
    if (change_.begin()) request_turn();
    if (waiting_.empty() || !is_complete(now_)) return;
    boost::asio::post(context(), [waiting = std::exchange(waiting_, {}), now = now_] {
      for (const auto& done : waiting) done(now);
    });
  }

  void take_turn() override {
    std::unique_lock lock(mutex_);
    const ResultsNow now = now_;
    const PendingChange::Details change = change_.take();
    lock.unlock();
    history_.record(now, std::chrono::system_clock::now());
    events_.changed(now, change);
  }

  const Events events_;
  PollHistory history_;
  mutable std::mutex mutex_;  // guards what follows
  ResultsNow now_;
  mutable std::shared_ptr<const std::string> json_;  // of now_; null: not made yet
  PendingChange change_;
  std::vector<std::function<void(const ResultsNow&)>> waiting_;
};

LiveResults::LiveResults(const poll::PollId& id, poll::TallyFeed& feed, std::shared_ptr<State> state)
    : id_(id), feed_(feed), state_(std::move(state)) {}

LiveResults::~LiveResults() {
  poll_subscription_.reset();
  tally_subscription_.reset();
  state_->stop();
}

std::shared_ptr<LiveResults> LiveResults::follow(IoThreads::Context& context, const poll::PollId& id,
                                                 poll::PollDirectory& directory, poll::TallyFeed& feed,
                                                 std::chrono::milliseconds period, Events events) {
  const std::shared_ptr<LiveResults> results(
      new LiveResults(id, feed, std::make_shared<State>(context, id, period, std::move(events))));
  // A subscription can't be replaced in a listener.
  LiveResults* const self = results.get();
  results->poll_subscription_ = directory.follow(id, [self](const poll::PollDirectory::Poll& poll) {
    self->state_->take_poll(poll);
    boost::asio::post(self->state_->context(), [weak = self->weak_from_this()] {
      if (const auto followed = weak.lock()) followed->follow_run();
    });
  });
  results->follow_run();
  return results;
}

// Late calls follow the current run, too.
void LiveResults::follow_run() {
  const std::lock_guard lock(run_mutex_);
  const ResultsNow now = state_->now();
  const auto run = now.poll ? std::optional(run_id(*now.poll)) : std::nullopt;
  if (run == run_) return;
  tally_subscription_.reset();
  run_ = run;
  if (!run_) return;
  tally_subscription_ =
      feed_.subscribe(*run_, [state = state_.get()](const poll::Tally& tally, const poll::VoteTimes& votes) {
        state->take_tally(tally, votes);
      });
}

ResultsNow LiveResults::now() const {
  return state_->now();
}

std::shared_ptr<const std::string> LiveResults::json() const {
  return state_->json();
}

std::string LiveResults::history_json() const {
  return state_->history_json();
}

bool LiveResults::when_complete(std::function<void(const ResultsNow& now)> done) {
  return state_->when_complete(std::move(done));
}

void LiveResults::drop_waiting() {
  state_->drop_waiting();
}

void LiveResults::took(Paced::Clock::duration time) {
  state_->took(time);
}

}  // namespace pollux::result
