// The port from counting to showing: who follows a poll's tally hears of its changes. tests/conformance
// states what every implementation holds.
#pragma once

#include <functional>
#include <memory>

#include "poll/tally.hpp"

namespace pollux::poll {

class TallyFeed {
 public:
  using Listener = std::function<void(const Tally&)>;

  // Ends with its destruction: afterwards the listener is not running and will not be called. Destruction
  // waits for a running call, so do not destroy it within the listener, nor while holding a lock that the
  // listener takes. Must not outlive the feed.
  class Subscription {
   public:
    virtual ~Subscription() = default;
  };

  virtual ~TallyFeed() = default;

  // Calls `listener` with the current tally at once where it is known, and then with newer ones: versions
  // strictly grow, some may be skipped, the newest always arrives. Calls do not overlap; they come on the
  // subscriber's thread or one of the feed's, so the listener must not block, must not throw and must not use
  // the feed. Any thread.
  virtual std::unique_ptr<Subscription> subscribe(const PollId& poll, Listener listener) = 0;
};

}  // namespace pollux::poll
