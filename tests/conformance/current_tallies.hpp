// The tallies of a test, in place of a store.
#pragma once

#include <map>
#include <mutex>

#include "poll/ports.hpp"

namespace pollux::conformance {

// Any thread.
class CurrentTallies : public poll::TallyReader {
 public:
  void set(const poll::Tally& tally) {
    const std::lock_guard lock(mutex_);
    tallies_.insert_or_assign(tally.poll, tally);
  }

  Result<poll::Tally> tally(const poll::PollId& poll) override {
    const std::lock_guard lock(mutex_);
    const auto found = tallies_.find(poll);
    return found == tallies_.end() ? poll::Tally{.poll = poll, .version = 0, .counts = {}} : found->second;
  }

  Result<poll::Tally> full_tally(const poll::PollId& poll) override { return tally(poll); }

 private:
  std::mutex mutex_;
  std::map<poll::PollId, poll::Tally> tallies_;
};

}  // namespace pollux::conformance
