#include "worker/worker.hpp"

#include <algorithm>
#include <random>
#include <utility>

namespace pollux::worker {
namespace {

using std::chrono::steady_clock;

template <class Event, class... Arguments>
void notify(const Event& event, const Arguments&... arguments) {
  if (event) event(arguments...);
}

std::vector<poll::ChangedPoll> with_details(std::vector<poll::PollId> polls,
                                            std::span<const poll::QueuedVote> batch,
                                            const BatchTrace& trace) {
  std::vector<poll::ChangedPoll> changed;
  for (poll::PollId& poll : polls) {
    poll::VoteTimes times = poll::times_of(batch, poll);
    changed.push_back({.poll = std::move(poll), .times = std::move(times), .trace = trace.leader()});
  }
  return changed;
}

bool may_pass(const Error& error) {
  return error.code == ErrorCode::unavailable || error.code == ErrorCode::full;
}

}  // namespace

Worker::Worker(poll::VoteConsumer& queue, poll::VoteRecorder& recorder, poll::TallyPublisher& publisher,
               Options options, Events events)
    : queue_(queue),
      recorder_(recorder),
      publisher_(publisher),
      options_(options),
      events_(std::move(events)),
      backoff_(options.first_pause, options.longest_pause, std::random_device()()),
      thread_([this] {
        run();
        heartbeat_.finish();
      }) {}

Worker::~Worker() {
  stop(std::chrono::milliseconds(0));
}

void Worker::stop(std::chrono::milliseconds limit) {
  {
    const std::lock_guard lock(mutex_);
    if (!stopping_) drain_until_ = steady_clock::now() + limit;
    stopping_ = true;
  }
  stop_requested_.notify_one();
  if (thread_.joinable()) thread_.join();
}

void Worker::run() {
  for (;;) {
    heartbeat_.beat();
    // Read before receiving: votes that were queued when stop() was called are still received.
    const bool draining = is_stopping();
    const auto wait = draining ? std::chrono::milliseconds(0) : options_.receive_wait;
    const auto batch = queue_.receive(options_.max_batch, wait);
    if (!batch) {
      notify(events_.queue_failed, batch.error());
      if (draining) return;
      pause_after_failure();
    } else if (!batch->empty()) {
      handle(*batch);
    } else if (draining) {
      return;
    } else {
      if (store_failed_) probe();
      publish({});
    }
    if (is_past_limit()) return;
  }
}

void Worker::handle(std::span<const poll::QueuedVote> batch) {
  BatchTrace trace(options_.tracer, options_.trace_names, batch);
  auto changed = record(batch, trace);
  last_was_released_ = !changed;
  if (!changed) {
    trace.fail(changed.error());
    notify(events_.released, batch.size(), changed.error());
    heartbeat_.beat();
    queue_.release(batch, changed.error());
    return pause_after_failure();
  }
  backoff_.reset();
  // Before the acknowledgement, so that a voter finds an accepted vote in the results.
  publish(with_details(*std::move(changed), batch, trace));
  heartbeat_.beat();
  // If this fails the queue delivers the votes again, which changes nothing.
  if (const auto done = queue_.acknowledge(batch); !done) notify(events_.queue_failed, done.error());
}

// After a failure the publisher is left alone for a while: an attempt may take a second, and votes wait
// meanwhile.
void Worker::publish(std::vector<poll::ChangedPoll> changed) {
  for (poll::ChangedPoll& one : changed) {
    const auto known = std::ranges::find(unpublished_, one.poll, &poll::ChangedPoll::poll);
    if (known == unpublished_.end()) {
      unpublished_.push_back(std::move(one));
    } else {
      known->times.add(one.times);
      if (!known->trace.sampled) known->trace = one.trace;
    }
  }
  if (unpublished_.empty() || steady_clock::now() < next_publish_) return;
  heartbeat_.beat();
  if (const auto published = publisher_.publish(unpublished_); !published) {
    next_publish_ = steady_clock::now() + options_.publish_pause;
    return notify(events_.publish_failed, published.error());
  }
  unpublished_.clear();
}

Result<std::vector<poll::PollId>> Worker::record(std::span<const poll::QueuedVote> batch,
                                                 const BatchTrace& trace) {
  const int attempts = last_was_released_ ? 1 : options_.attempts;
  for (int attempt = 1;; ++attempt) {
    heartbeat_.beat();
    const auto begin = steady_clock::now();
    tracing::Span span = trace.start_record();
    auto changed = recorder_.record(batch);
    if (!changed) span.fail(changed.error().message);
    span.end();
    if (changed) {
      store_failed_ = false;
      notify(events_.recorded, batch.size(), std::chrono::nanoseconds(steady_clock::now() - begin));
      return changed;
    }
    // An invalid vote is no failure of the store.
    if (changed.error().code != ErrorCode::invalid) {
      store_failed_ = true;
      next_probe_ = steady_clock::now() + options_.probe_period;
      notify(events_.store_failed, changed.error());
    }
    if (attempt >= attempts || !may_pass(changed.error()) || is_past_limit()) return changed;
    pause_after_failure();
  }
}

// A failed store is probed while no votes arrive: a load balancer sends none to a service that is not ready,
// so no vote would show that the store works again.
void Worker::probe() {
  if (steady_clock::now() < next_probe_) return;
  heartbeat_.beat();
  const auto able = recorder_.probe();
  next_probe_ = steady_clock::now() + options_.probe_period;
  if (!able) return notify(events_.store_failed, able.error());
  store_failed_ = false;
  last_was_released_ = false;
  backoff_.reset();
  if (events_.store_recovered) events_.store_recovered();
}

bool Worker::is_stopping() {
  const std::lock_guard lock(mutex_);
  return stopping_;
}

bool Worker::is_past_limit() {
  const std::lock_guard lock(mutex_);
  return stopping_ && steady_clock::now() >= drain_until_;
}

void Worker::pause_after_failure() {
  std::unique_lock lock(mutex_);
  stop_requested_.wait_for(lock, backoff_.next(), [this] { return stopping_; });
}

}  // namespace pollux::worker
