// For tests: the outcomes of many votes, by the order of their casting.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <map>
#include <mutex>
#include <stdexcept>
#include <string>
#include <utility>

#include "poll/ports.hpp"

namespace pollux::queue {

// Any thread. Outlives the queue, which reports all outcomes at the latest when it is destroyed.
class CollectedOutcomes {
 public:
  // The callback of the next vote.
  poll::VoteQueue::AckCallback next() {
    const std::lock_guard lock(mutex_);
    return [this, place = issued_++](poll::VoteResult outcome) {
      const std::lock_guard settling(mutex_);
      ++calls_;
      outcomes_.insert_or_assign(place, std::move(outcome));
      changed_.notify_all();
    };
  }

  // How many outcomes there are; more than votes if one was reported twice.
  std::size_t count() const {
    const std::lock_guard lock(mutex_);
    return calls_;
  }

  [[nodiscard]] bool come_to(std::size_t count) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::minutes(1), [&] { return calls_ >= count; });
  }

  // Of the vote with that number, from 0.
  poll::VoteResult at(std::size_t place) const {
    const std::lock_guard lock(mutex_);
    const auto found = outcomes_.find(place);
    if (found == outcomes_.end())
      throw std::logic_error("vote " + std::to_string(place) + " has no outcome yet");
    return found->second;
  }

 private:
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t issued_ = 0;
  std::size_t calls_ = 0;
  std::map<std::size_t, poll::VoteResult> outcomes_;
};

}  // namespace pollux::queue
