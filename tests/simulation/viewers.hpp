// Result services: they read a tally when they are notified that it has changed, and from time to time in any
// case, and pass it on to their viewers by the real fan-out.
#pragma once

#include <map>
#include <memory>
#include <span>
#include <vector>

#include "feed/in_process_tally_feed.hpp"
#include "poll/ports.hpp"
#include "simulation/process.hpp"

namespace pollux::simulation {

// The world outlives it; its messages refer to it.
class Viewers {
 public:
  explicit Viewers(World& world);

  void follow(const poll::PollId& run);
  // A worker notifies that these tallies have changed, by messages that may be late, repeated or lost.
  void hint(std::span<const poll::ChangedPoll> polls);

  // The tally that the viewers of a run have.
  const poll::Tally* seen(const poll::PollId& run) const;
  void read_all();

 private:
  void reread();
  void read(const poll::PollId& run);

  World& world_;
  feed::TallyFanOut followers_;
  std::map<poll::PollId, poll::Tally> seen_;
  std::vector<std::unique_ptr<poll::TallyFeed::Subscription>> subscriptions_;
};

// The publisher of a worker.
class FeedLink : public poll::TallyPublisher {
 public:
  FeedLink(Process& process, Viewers& viewers) : process_(process), viewers_(viewers) {}

  Result<void> publish(std::span<const poll::ChangedPoll> polls) override;

 private:
  Process& process_;
  Viewers& viewers_;
};

}  // namespace pollux::simulation
