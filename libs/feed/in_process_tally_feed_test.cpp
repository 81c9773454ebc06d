// What this feed does beyond its ports, whose contracts are tested in tests/conformance.
#include "feed/in_process_tally_feed.hpp"

#include <vector>

#include <gtest/gtest.h>

namespace pollux::feed {
namespace {

poll::Tally tally(std::uint64_t version) {
  return {poll::PollId::parse("default").value(), version, {}};
}

TEST(TallyFanOut, CallsFollowersOnThePublishingThread) {
  TallyFanOut followers;
  std::vector<std::uint64_t> heard;
  const auto subscription = followers.subscribe(
      tally(0).poll, [&](const poll::Tally& newest, const auto&) { heard.push_back(newest.version); });
  followers.update(tally(0));
  followers.update(tally(2));
  EXPECT_EQ(heard, (std::vector<std::uint64_t>{0, 2}));
}

TEST(TallyFanOut, IgnoresATallyThatIsNotNewer) {
  TallyFanOut followers;
  followers.update(tally(5));
  followers.update(tally(4));
  std::vector<std::uint64_t> heard;
  const auto subscription = followers.subscribe(
      tally(0).poll, [&](const poll::Tally& newest, const auto&) { heard.push_back(newest.version); });
  followers.update(tally(5));
  EXPECT_EQ(heard, (std::vector<std::uint64_t>{5}));
}

// A store in which the tally of one poll is damaged.
class DamagedTally : public poll::TallyReader {
 public:
  Result<poll::Tally> tally(const poll::PollId& poll) override {
    if (poll.text() == "damaged") return Error{ErrorCode::internal, "The tally is damaged."};
    return poll::Tally{poll, 1, {}};
  }
};

TEST(InProcessTallyFeed, PublishesTheOtherPollsIfATallyCanNotBeRead) {
  DamagedTally tallies;
  InProcessTallyFeed feed(tallies);
  std::vector<std::uint64_t> heard;
  const auto subscription = feed.subscribe(
      tally(0).poll, [&](const poll::Tally& newest, const auto&) { heard.push_back(newest.version); });
  EXPECT_FALSE(feed.live()) << "nothing was read yet";
  const poll::ChangedPoll damaged{.poll = poll::PollId::parse("damaged").value()};
  const poll::ChangedPoll readable{.poll = tally(0).poll};
  const auto published = feed.publish(std::vector{damaged, readable});
  ASSERT_FALSE(published);
  EXPECT_FALSE(feed.live());
  EXPECT_EQ(published.error().message, "The tally is damaged.");
  EXPECT_EQ(heard, (std::vector<std::uint64_t>{1}));
  ASSERT_TRUE(feed.publish(std::vector{readable}));
  EXPECT_TRUE(feed.live());
}

}  // namespace
}  // namespace pollux::feed
