#include "queue/in_process_vote_queue.hpp"

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <string>
#include <utility>

#include "poll/poll_run.hpp"

namespace pollux::queue {

InProcessVoteQueue::InProcessVoteQueue(Options options, poll::Version last)
    : options_(options), clock_(last) {}

InProcessVoteQueue::~InProcessVoteQueue() {
  const Error reason = unavailable("The service stopped before the vote was recorded. Please vote again.");
  for (const InFlight& vote : in_flight_) vote.done(reason);
  for (std::size_t i = delivered_; i < taken_.size(); ++i) taken_[i].done(reason);
  for (const Waiting& vote : waiting_) vote.done(reason);
}

void InProcessVoteQueue::enqueue(poll::Vote vote, AckCallback done) {
  const auto gated = poll::gated_run(vote.poll);
  std::unique_lock lock(mutex_);
  if (closed_) {
    lock.unlock();
    return done(
        unavailable("The service is stopping and takes no more votes. Please vote again in a moment."));
  }
  if (auto rejection = gated ? rejection_of(vote, *gated) : std::nullopt) {
    lock.unlock();
    return done(*std::move(rejection));
  }
  if (depth_ >= options_.capacity) {
    lock.unlock();
    return done(full("Too many votes are waiting to be recorded. Please vote again in a moment."));
  }
  const poll::Version version = clock_.next(std::chrono::system_clock::now());
  if (vote.once) first_votes_.note_queued(vote, version);
  waiting_.push_back({{version, std::move(vote)}, std::move(done)});
  ++depth_;
  const bool wake = std::exchange(consumer_waits_, false);
  lock.unlock();
  if (wake) arrived_.notify_one();
}

// Under the lock.
std::optional<poll::VoteRejection> InProcessVoteQueue::rejection_of(const poll::Vote& vote,
                                                                    const poll::GatedRun& gated) const {
  const auto gate = gates_.find(gated.poll);
  if (gate == gates_.end()) return poll::rejection_without_gate();
  auto rejection = poll::rejection_by({.state = gate->second.state, .run = gate->second.run}, gated.run);
  if (!rejection && vote.once) rejection = first_votes_.rejection_of(vote);
  return rejection;
}

Result<std::vector<poll::VoteGate>> InProcessVoteQueue::set_all(std::span<const poll::VoteGate> gates) {
  std::vector<poll::VoteGate> kept;
  const std::lock_guard lock(mutex_);
  for (const poll::VoteGate& gate : gates) {
    const auto [there, added] = gates_.try_emplace(gate.poll.text(), gate);
    if (added || gate == there->second) continue;
    if (gate.revision <= there->second.revision) {
      kept.push_back(there->second);
      continue;
    }
    const bool ends_run = gate.run != there->second.run || gate.state == poll::PollState::archived;
    if (ends_run) forget_first_votes(there->second);
    there->second = gate;
  }
  return kept;
}

Result<void> InProcessVoteQueue::remove(const poll::PollId& poll) {
  const std::lock_guard lock(mutex_);
  if (const auto gate = gates_.find(poll.text()); gate != gates_.end()) {
    forget_first_votes(gate->second);
    gates_.erase(gate);
  }
  return {};
}

// Under the lock.
void InProcessVoteQueue::forget_first_votes(const poll::VoteGate& gate) {
  first_votes_.forget(poll::id_of_run(gate.poll, gate.run).text());
}

Result<std::vector<poll::PollId>> InProcessVoteQueue::polls() {
  const std::lock_guard lock(mutex_);
  std::vector<poll::PollId> polls;
  polls.reserve(gates_.size());
  for (const auto& [text, gate] : gates_) polls.push_back(gate.poll);
  return polls;
}

Result<std::vector<poll::QueuedVote>> InProcessVoteQueue::receive(std::size_t max,
                                                                  std::chrono::milliseconds wait) {
  if (delivered_ == taken_.size()) take_waiting(wait);
  std::vector<poll::QueuedVote> batch;
  const std::size_t end = delivered_ + std::min(max, taken_.size() - delivered_);
  batch.reserve(end - delivered_);
  for (; delivered_ < end; ++delivered_) {
    Waiting& vote = taken_[delivered_];
    in_flight_.push_back({vote.queued.version, std::move(vote.done)});
    batch.push_back(std::move(vote.queued));
  }
  return batch;
}

void InProcessVoteQueue::take_waiting(std::chrono::milliseconds wait) {
  taken_.clear();
  delivered_ = 0;
  std::unique_lock lock(mutex_);
  consumer_waits_ = waiting_.empty();
  arrived_.wait_for(lock, wait, [this] { return !waiting_.empty() || closed_; });
  consumer_waits_ = false;
  taken_.swap(waiting_);
  update_oldest_taken();
}

// Under the lock, on the consumer's thread. Votes are taken and delivered in the order of their versions.
void InProcessVoteQueue::update_oldest_taken() {
  if (!in_flight_.empty()) {
    oldest_taken_ = in_flight_.front().version;
  } else if (delivered_ < taken_.size()) {
    oldest_taken_ = taken_[delivered_].queued.version;
  } else {
    oldest_taken_.reset();
  }
}

Result<void> InProcessVoteQueue::acknowledge(std::span<const poll::QueuedVote> recorded) {
  note_first_votes(recorded, &FirstVotes::note_recorded);
  finish(recorded, [](poll::Version version) { return poll::VoteResult(version); });
  return {};
}

void InProcessVoteQueue::release(std::span<const poll::QueuedVote> unrecorded, const Error& reason) {
  note_first_votes(unrecorded, &FirstVotes::note_released);
  finish(unrecorded, [&reason](poll::Version) { return poll::VoteResult(reason); });
}

// Before the callbacks, so that a vote that comes after the answer is compared with it.
void InProcessVoteQueue::note_first_votes(std::span<const poll::QueuedVote> votes,
                                          void (FirstVotes::*note)(const poll::QueuedVote&)) {
  const auto is_once = [](const poll::QueuedVote& queued) { return queued.vote.once; };
  if (std::ranges::none_of(votes, is_once)) return;
  const std::lock_guard lock(mutex_);
  for (const poll::QueuedVote& queued : votes) {
    if (is_once(queued)) (first_votes_.*note)(queued);
  }
}

template <class Outcome>
void InProcessVoteQueue::finish(std::span<const poll::QueuedVote> votes, const Outcome& outcome) {
  std::vector<InFlight> finished;
  finished.reserve(votes.size());
  for (const poll::QueuedVote& vote : votes) {
    const auto found = std::ranges::lower_bound(in_flight_, vote.version, {}, &InFlight::version);
    if (found == in_flight_.end() || found->version != vote.version || !found->done) continue;
    finished.push_back({vote.version, std::exchange(found->done, nullptr)});
  }
  std::erase_if(in_flight_, [](const InFlight& vote) { return !vote.done; });
  {
    // Before the callbacks, so that a voter who votes again after the answer is not rejected as `full`.
    const std::lock_guard lock(mutex_);
    depth_ -= finished.size();
    update_oldest_taken();
  }
  for (const InFlight& vote : finished) vote.done(outcome(vote.version));
}

void InProcessVoteQueue::close() {
  const std::lock_guard lock(mutex_);
  closed_ = true;
  arrived_.notify_one();
}

std::size_t InProcessVoteQueue::depth() const {
  const std::lock_guard lock(mutex_);
  return depth_;
}

std::chrono::milliseconds InProcessVoteQueue::oldest_age(std::chrono::system_clock::time_point now) const {
  using std::chrono::milliseconds;
  std::uint64_t oldest = 0;
  {
    const std::lock_guard lock(mutex_);
    if (oldest_taken_) {
      oldest = oldest_taken_->time;
    } else if (!waiting_.empty()) {
      oldest = waiting_.front().queued.version.time;
    } else {
      return milliseconds(0);
    }
  }
  const auto since_1970 = std::chrono::duration_cast<milliseconds>(now.time_since_epoch());
  // Below zero if the clock was set back since.
  return std::max(milliseconds(0), since_1970 - milliseconds(static_cast<std::int64_t>(oldest)));
}

}  // namespace pollux::queue
