// What the suite of the TallyFeed port asks of an adapter.
#pragma once

#include <memory>
#include <vector>

#include "conformance/adapter.hpp"
#include "poll/tally_feed.hpp"

namespace pollux::conformance {

// A feed that knows no tally at first.
class TallyFeedSubject {
 public:
  virtual ~TallyFeedSubject() = default;

  virtual poll::TallyFeed& feed() = 0;
  // Makes `tally` the current one of its poll, in the way by which the feed learns of it. Any thread.
  virtual void publish(const poll::Tally& tally) = 0;
};

std::vector<Adapter<TallyFeedSubject>> tally_feeds();

}  // namespace pollux::conformance
