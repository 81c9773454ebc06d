// What this feed does beyond its ports, whose contracts are tested in tests/conformance.
#include "feed/in_process_tally_feed.hpp"

#include <atomic>
#include <vector>

#include <gtest/gtest.h>

#include "base/testing/eventually.hpp"

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
  std::vector<std::uint64_t> heard;
  const auto listen = [&](const poll::Tally& newest, const auto&) { heard.push_back(newest.version); };
  const auto subscription = followers.subscribe(tally(0).poll, listen);
  followers.update(tally(5));
  followers.update(tally(4));
  const auto later = followers.subscribe(tally(0).poll, listen);
  followers.update(tally(5));
  EXPECT_EQ(heard, (std::vector<std::uint64_t>{5, 5}));
}

TEST(TallyFanOut, ForgetsATallyThatNobodyFollows) {
  TallyFanOut followers;
  std::vector<std::uint64_t> heard;
  const auto listen = [&](const poll::Tally& newest, const auto&) { heard.push_back(newest.version); };
  followers.update(tally(1));
  auto subscription = followers.subscribe(tally(0).poll, listen);
  EXPECT_TRUE(followers.is_followed(tally(0).poll));
  EXPECT_FALSE(followers.knows(tally(0).poll));
  followers.update(tally(2));
  EXPECT_TRUE(followers.knows(tally(0).poll));
  subscription.reset();
  EXPECT_FALSE(followers.is_followed(tally(0).poll));
  subscription = followers.subscribe(tally(0).poll, listen);
  EXPECT_EQ(heard, (std::vector<std::uint64_t>{2})) << "the other ones may be old";
}

TEST(TallyFanOut, KeepsHowManyKeysWereOmitted) {
  TallyFanOut followers;
  std::uint64_t omitted = 0;
  const auto listen = [&](const poll::Tally& newest, const auto&) { omitted = newest.omitted_keys; };
  const auto subscription = followers.subscribe(tally(0).poll, listen);
  poll::Tally large = tally(1);
  large.omitted_keys = 17;
  followers.update(large);
  EXPECT_EQ(omitted, 17U);
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

// A store in which the tally of one poll is damaged, until it is repaired.
class DamagedTally : public poll::TallyReader {
 public:
  Result<poll::Tally> tally(const poll::PollId& poll) override {
    ++readings;
    if (poll.text() == "damaged" && damaged) return Error{ErrorCode::internal, "The tally is damaged."};
    return poll::Tally{poll, 1, {}};
  }
  Result<poll::Tally> full_tally(const poll::PollId& poll) override { return tally(poll); }

  std::atomic<bool> damaged = true;
  std::atomic<int> readings = 0;
};

const poll::PollId damaged_poll = poll::PollId::parse("damaged").value();

TEST(InProcessTallyFeed, PublishesTheOtherPollsIfATallyCanNotBeRead) {
  DamagedTally tallies;
  InProcessTallyFeed feed(tallies);
  std::atomic<std::uint64_t> heard = 0;
  const auto subscription =
      feed.subscribe(tally(0).poll, [&](const poll::Tally& newest, const auto&) { heard = newest.version; });
  const auto unreadable = feed.subscribe(damaged_poll, [](const auto&, const auto&) { FAIL(); });
  EXPECT_FALSE(feed.live()) << "nothing was published yet";
  const poll::ChangedPoll damaged{.poll = damaged_poll};
  const poll::ChangedPoll readable{.poll = tally(0).poll};
  const auto published = feed.publish(std::vector{damaged, readable});
  ASSERT_FALSE(published);
  EXPECT_FALSE(feed.live());
  EXPECT_EQ(published.error().message, "The tally is damaged.");
  // The first read for a follower may deliver it, on a thread of its own.
  EXPECT_TRUE(eventually([&] { return heard == 1U; }));
  ASSERT_TRUE(feed.publish(std::vector{readable}));
  EXPECT_TRUE(feed.live());
}

TEST(InProcessTallyFeed, DoesNotReadWhatNobodyFollows) {
  DamagedTally tallies;
  InProcessTallyFeed feed(tallies);
  const poll::ChangedPoll changed{.poll = damaged_poll};
  EXPECT_TRUE(feed.publish(std::vector{changed}));
  EXPECT_EQ(tallies.readings, 0);
  EXPECT_TRUE(feed.live());
}

TEST(InProcessTallyFeed, ReadsAgainWhatItCouldNotReadForItsFirstFollower) {
  DamagedTally tallies;
  InProcessTallyFeed feed(tallies);
  std::atomic<std::uint64_t> heard = 0;
  const auto subscription =
      feed.subscribe(damaged_poll, [&](const poll::Tally& newest, const auto&) { heard = newest.version; });
  ASSERT_TRUE(eventually([&] { return tallies.readings > 0; }));
  tallies.damaged = false;
  EXPECT_TRUE(eventually([&] { return heard == 1; }));
}

}  // namespace
}  // namespace pollux::feed
