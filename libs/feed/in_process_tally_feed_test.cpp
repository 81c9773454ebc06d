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

TEST(TallyFanOut, ATraceIsThatOfOneUpdate) {
  TallyFanOut followers;
  std::vector<tracing::SpanContext> traces;
  const auto listen = [&](const poll::Tally& newest, const auto&) { traces.push_back(newest.trace); };
  const auto subscription = followers.subscribe(tally(0).poll, listen);
  const auto trace =
      tracing::parse_traceparent("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01").value();
  poll::Tally traced = tally(1);
  traced.trace = trace;
  followers.update(traced);
  followers.update(tally(2));
  const auto later = followers.subscribe(tally(0).poll, listen);
  EXPECT_EQ(traces, (std::vector<tracing::SpanContext>{trace, {}, {}}));
}

TEST(TallyFanOut, PassesOnTheTraceOfVotesThatAnEarlierUpdateIncluded) {
  TallyFanOut followers;
  std::vector<poll::Tally> heard;
  const auto subscription = followers.subscribe(
      tally(0).poll, [&](const poll::Tally& newest, const auto&) { heard.push_back(newest); });
  followers.update(tally(2));
  poll::Tally late = tally(1);
  late.trace = tracing::parse_traceparent("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01").value();
  poll::VoteTimes times;
  times.add(1'700'000'000'000);
  followers.update(late, times);
  ASSERT_EQ(heard.size(), 2U);
  EXPECT_EQ(heard[1].version, 2U);
  EXPECT_EQ(heard[1].trace, late.trace);
}

// A store in which the tally of one poll is damaged.
class DamagedTally : public poll::TallyReader {
 public:
  Result<poll::Tally> tally(const poll::PollId& poll) override {
    if (poll.text() == "damaged") return Error{ErrorCode::internal, "The tally is damaged."};
    return poll::Tally{poll, 1, {}};
  }
  Result<poll::Tally> full_tally(const poll::PollId& poll) override { return tally(poll); }
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
