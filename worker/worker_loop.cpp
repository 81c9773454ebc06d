#include "worker/worker_loop.hpp"

#include <algorithm>
#include <utility>

namespace pollux::worker {
namespace {

template <class Event, class... Arguments>
void notify(const Event& event, const Arguments&... arguments) {
  if (event) event(arguments...);
}

bool may_pass(const Error& error) {
  return error.code == ErrorCode::unavailable || error.code == ErrorCode::full;
}

}  // namespace

WorkerLoop::WorkerLoop(poll::VoteConsumer& queue, poll::VoteRecorder& recorder,
                       poll::TallyPublisher& publisher, Options options, Events events)
    : queue_(queue),
      recorder_(recorder),
      publisher_(publisher),
      options_(std::move(options)),
      events_(std::move(events)),
      backoff_(options_.first_pause, options_.longest_pause, options_.pause_seed) {}

std::optional<WorkerLoop::Pause> WorkerLoop::step() {
  heartbeat_.beat();
  switch (next_) {
    case Next::receive:
      return receive();
    case Next::record:
      return record();
    case Next::release:
      return release();
    case Next::publish:
      return publish_batch();
    case Next::acknowledge:
      return acknowledge();
  }
  return finish();
}

std::optional<WorkerLoop::Pause> WorkerLoop::receive() {
  // Read before receiving: votes that were queued when stop() was called are still received.
  const bool draining = is_stopping();
  auto batch = queue_.receive(options_.max_batch, draining ? Pause(0) : options_.receive_wait);
  if (!batch) {
    notify(events_.queue_failed, batch.error());
    if (draining) return finish();
    return end_round(backoff_.next());
  }
  if (!batch->empty()) return begin(*std::move(batch));
  if (draining) return finish();
  if (store_failed_) probe();
  publish({});
  return end_round(Pause(0));
}

WorkerLoop::Pause WorkerLoop::begin(std::vector<poll::QueuedVote> batch) {
  batch_ = std::move(batch);
  trace_.emplace(options_.tracer, options_.trace_names, batch_);
  attempt_ = 0;
  next_ = Next::record;
  return Pause(0);
}

WorkerLoop::Pause WorkerLoop::record() {
  ++attempt_;
  const auto begin = options_.now();
  tracing::Span span = trace_->start_record();
  auto changed = recorder_.record(batch_);
  if (!changed) span.fail(changed.error().message);
  span.end();
  if (!changed) return note_failure(changed.error());
  store_failed_ = false;
  last_was_released_ = false;
  backoff_.reset();
  notify(events_.recorded, batch_.size(), std::chrono::nanoseconds(options_.now() - begin));
  changed_ = *std::move(changed);
  // Before the acknowledgement, so that a voter finds an accepted vote in the results.
  next_ = Next::publish;
  return Pause(0);
}

WorkerLoop::Pause WorkerLoop::note_failure(const Error& error) {
  // An invalid vote is no failure of the store.
  if (error.code != ErrorCode::invalid) {
    store_failed_ = true;
    next_probe_ = options_.now() + options_.probe_period;
    notify(events_.store_failed, error);
  }
  const int attempts = last_was_released_ ? 1 : options_.attempts;
  if (attempt_ < attempts && may_pass(error) && !is_past_limit()) return backoff_.next();
  failure_ = error;
  next_ = Next::release;
  return Pause(0);
}

std::optional<WorkerLoop::Pause> WorkerLoop::release() {
  last_was_released_ = true;
  trace_->fail(*failure_);
  notify(events_.released, batch_.size(), *failure_);
  queue_.release(batch_, *failure_);
  trace_.reset();
  next_ = Next::receive;
  return end_round(backoff_.next());
}

WorkerLoop::Pause WorkerLoop::publish_batch() {
  publish(with_details(std::exchange(changed_, {})));
  next_ = Next::acknowledge;
  return Pause(0);
}

std::optional<WorkerLoop::Pause> WorkerLoop::acknowledge() {
  // If this fails the queue delivers the votes again, which changes nothing.
  if (const auto done = queue_.acknowledge(batch_); !done) notify(events_.queue_failed, done.error());
  trace_.reset();
  next_ = Next::receive;
  return end_round(Pause(0));
}

std::vector<poll::ChangedPoll> WorkerLoop::with_details(std::vector<poll::PollId> polls) const {
  std::vector<poll::ChangedPoll> changed;
  for (poll::PollId& poll : polls) {
    poll::VoteTimes times = poll::times_of(batch_, poll);
    changed.push_back({.poll = std::move(poll), .times = std::move(times), .trace = trace_->leader()});
  }
  return changed;
}

// After a failure the publisher is left alone for a while: an attempt may take a second, and votes wait
// meanwhile.
void WorkerLoop::publish(std::vector<poll::ChangedPoll> changed) {
  for (poll::ChangedPoll& one : changed) {
    const auto known = std::ranges::find(unpublished_, one.poll, &poll::ChangedPoll::poll);
    if (known == unpublished_.end()) {
      unpublished_.push_back(std::move(one));
    } else {
      known->times.add(one.times);
      if (!known->trace.sampled) known->trace = one.trace;
    }
  }
  if (unpublished_.empty() || options_.now() < next_publish_) return;
  heartbeat_.beat();
  if (const auto published = publisher_.publish(unpublished_); !published) {
    next_publish_ = options_.now() + options_.publish_pause;
    return notify(events_.publish_failed, published.error());
  }
  unpublished_.clear();
}

// A failed store is probed while no votes arrive: a load balancer sends none to a service that is not ready,
// so no vote would show that the store works again.
void WorkerLoop::probe() {
  if (options_.now() < next_probe_) return;
  heartbeat_.beat();
  const auto able = recorder_.probe();
  next_probe_ = options_.now() + options_.probe_period;
  if (!able) return notify(events_.store_failed, able.error());
  store_failed_ = false;
  last_was_released_ = false;
  backoff_.reset();
  if (events_.store_recovered) events_.store_recovered();
}

std::optional<WorkerLoop::Pause> WorkerLoop::end_round(Pause pause) {
  if (is_past_limit()) return finish();
  return pause;
}

std::optional<WorkerLoop::Pause> WorkerLoop::finish() {
  heartbeat_.finish();
  return std::nullopt;
}

void WorkerLoop::stop(Time drain_until) {
  const std::lock_guard lock(mutex_);
  if (!drain_until_) drain_until_ = drain_until;
}

bool WorkerLoop::is_stopping() {
  const std::lock_guard lock(mutex_);
  return drain_until_.has_value();
}

bool WorkerLoop::is_past_limit() {
  const std::lock_guard lock(mutex_);
  return drain_until_ && options_.now() >= *drain_until_;
}

}  // namespace pollux::worker
