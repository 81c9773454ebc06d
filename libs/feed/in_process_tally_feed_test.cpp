// What this feed promises beyond the port; the port's own promises are in tests/conformance.
#include "feed/in_process_tally_feed.hpp"

#include <vector>

#include <gtest/gtest.h>

namespace pollux::feed {
namespace {

poll::Tally tally(std::uint64_t version) {
  return {poll::PollId::parse("default").value(), version, {}};
}

TEST(InProcessTallyFeed, TellsOnThePublishingThreadBeforePublishReturns) {
  InProcessTallyFeed feed;
  std::vector<std::uint64_t> told;
  const auto subscription =
      feed.subscribe(tally(0).poll, [&](const poll::Tally& newest) { told.push_back(newest.version); });
  feed.publish(tally(0));
  feed.publish(tally(2));
  EXPECT_EQ(told, (std::vector<std::uint64_t>{0, 2}));
}

TEST(InProcessTallyFeed, PassesOverATallyThatIsNotNewer) {
  InProcessTallyFeed feed;
  feed.publish(tally(5));
  feed.publish(tally(4));
  std::vector<std::uint64_t> told;
  const auto subscription =
      feed.subscribe(tally(0).poll, [&](const poll::Tally& newest) { told.push_back(newest.version); });
  feed.publish(tally(5));
  EXPECT_EQ(told, (std::vector<std::uint64_t>{5}));
}

}  // namespace
}  // namespace pollux::feed
