#include "feed/postgres_tally_feed.hpp"

#include <atomic>
#include <functional>
#include <map>
#include <mutex>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "base/testing/eventually.hpp"
#include "feed/postgres_tally_publisher.hpp"
#include "feed/tally_notification_format.hpp"
#include "postgres/testing/postgres_server.hpp"

namespace pollux::feed {
namespace {

using namespace std::chrono_literals;

const poll::PollId pets = poll::PollId::parse("pets").value();
constexpr std::uint64_t noon = 1'700'000'000'000;

// Reads the tallies of a test.
class FunctionReader : public poll::TallyReader {
 public:
  using Read = std::function<Result<poll::Tally>(const poll::PollId&)>;

  explicit FunctionReader(Read read) : read_(std::move(read)) {}
  Result<poll::Tally> tally(const poll::PollId& poll) override { return read_(poll); }
  Result<poll::Tally> full_tally(const poll::PollId& poll) override { return tally(poll); }

 private:
  Read read_;
};

// The tallies are those of the test; notifications pass a real server.
class PostgresTallyFeedTest : public testing::Test {
 protected:
  // One for all tests: starting a server takes longer than they do.
  static postgres::TestServer& server() {
    static postgres::TestServer started;
    return started;
  }
  postgres::Url url_ = server().fresh_database();

  std::mutex mutex_;
  poll::Tally tally_{.poll = pets};
  poll::VoteTimes times_;  // of all that was heard
  std::atomic<int> readings_ = 0;
  std::atomic<std::uint64_t> heard_ = 0;  // the newest version
  std::atomic<int> live_changes_ = 0;
  std::atomic<bool> live_ = false;
  std::atomic<bool> readable_ = true;

  FunctionReader reader_{[this](const poll::PollId& poll) { return read(poll); }};
  std::unique_ptr<PostgresTallyFeed> feed_;
  std::unique_ptr<poll::TallyFeed::Subscription> subscription_;

  void follow(PostgresTallyFeed::Options options) {
    feed_ = std::make_unique<PostgresTallyFeed>(url_, reader_, options, [this](const Result<void>& live) {
      live_ = live.has_value();
      ++live_changes_;
    });
    feed_->start();
    subscription_ = feed_->subscribe(pets, [this](const poll::Tally& tally, const poll::VoteTimes& times) {
      const std::lock_guard lock(mutex_);
      times_.add(times);
      heard_ = tally.version;
    });
  }

  Result<poll::Tally> read(const poll::PollId& poll) {
    EXPECT_EQ(poll, pets);
    ++readings_;
    if (!readable_) return unavailable("The table is locked.");
    const std::lock_guard lock(mutex_);
    return tally_;
  }

  void change_silently() {
    const std::lock_guard lock(mutex_);
    ++tally_.version;
  }

  void count(std::uint64_t voters) {
    const std::lock_guard lock(mutex_);
    ++tally_.version;
    tally_.counts[poll::Selection::parse("a").value()] = voters;
  }

  std::uint64_t votes_heard() {
    const std::lock_guard lock(mutex_);
    return times_.votes();
  }

  std::vector<poll::VoteTimes::Group> times_heard() {
    const std::lock_guard lock(mutex_);
    return times_.groups();
  }

  void notify(const std::string& payload, const std::string& channel = tally_channel) {
    auto connection = postgres::Connection::open(url_, WaitLimit::in(10s)).value();
    connection
        .execute("SELECT pg_notify($1, $2)", postgres::Parameters().add(channel).add(payload),
                 WaitLimit::in(10s))
        .value();
  }
};

const PostgresTallyFeed::Options hints_alone{.reread_period = 1h};
const PostgresTallyFeed::Options readings_alone{.reread_period = 1ms};

TEST_F(PostgresTallyFeedTest, DeliversAChangeAfterANotification) {
  follow(hints_alone);
  ASSERT_TRUE(eventually([&] { return live_.load(); }));
  change_silently();
  notify("pets");
  EXPECT_TRUE(eventually([&] { return heard_ == 1; }));
}

TEST_F(PostgresTallyFeedTest, DeliversAChangeWhoseNotificationWasLost) {
  follow(readings_alone);
  ASSERT_TRUE(eventually([&] { return live_.load(); }));
  change_silently();
  EXPECT_TRUE(eventually([&] { return heard_ == 1; }));
}

TEST_F(PostgresTallyFeedTest, IgnoresNotificationsOfOtherPollsAndInvalidOnes) {
  follow(hints_alone);
  ASSERT_TRUE(eventually([&] { return live_.load(); }));
  notify("dogs");
  notify("");
  change_silently();
  notify("pets");
  EXPECT_TRUE(eventually([&] { return heard_ == 1; }));
}

TEST_F(PostgresTallyFeedTest, AnswersManyNotificationsWithFewReads) {
  follow(hints_alone);
  ASSERT_TRUE(eventually([&] { return live_.load(); }));
  auto connection = postgres::Connection::open(url_, WaitLimit::in(10s)).value();
  const int before = readings_;
  change_silently();
  // One transaction each, sent together.
  std::string hints;
  for (int i = 0; i < 500; ++i) hints += std::string("BEGIN; NOTIFY ") + tally_channel + ", 'pets'; COMMIT;";
  connection.execute(hints, WaitLimit::in(10s)).value();
  EXPECT_TRUE(eventually([&] { return heard_ == 1; }));
  EXPECT_LT(readings_ - before, 500);
}

TEST_F(PostgresTallyFeedTest, ReconnectsAndDeliversWhatItMissed) {
  follow(hints_alone);
  ASSERT_TRUE(eventually([&] { return live_.load(); }));
  server().kill();
  ASSERT_TRUE(eventually([&] { return !live_; }));
  EXPECT_NE(feed_->state().error().message, "");
  change_silently();
  server().start();
  EXPECT_TRUE(eventually([&] { return live_ && heard_ == 1; }));
  change_silently();
  notify("pets");
  EXPECT_TRUE(eventually([&] { return heard_ == 2; }));
}

TEST_F(PostgresTallyFeedTest, IsNotLiveIfTheTallyCannotBeRead) {
  readable_ = false;
  follow(readings_alone);
  EXPECT_TRUE(eventually([&] { return readings_ > 2; }));
  EXPECT_EQ(feed_->state().error().message, "The table is locked.");
  readable_ = true;
  EXPECT_TRUE(eventually([&] { return live_.load(); }));
}

TEST_F(PostgresTallyFeedTest, ADamagedTallyAffectsItsOwnPollAlone) {
  const poll::PollId dogs = poll::PollId::parse("dogs").value();
  std::atomic<bool> damaged = true;
  std::mutex mutex;
  std::vector<std::string> changes;
  std::atomic<std::uint64_t> pets_heard = 0;
  std::atomic<std::uint64_t> dogs_heard = 0;
  FunctionReader reader([&](const poll::PollId& poll) -> Result<poll::Tally> {
    if (poll == dogs && damaged) return Error{ErrorCode::internal, "The tally is damaged."};
    const std::lock_guard lock(mutex_);
    return poll::Tally{.poll = poll, .version = ++tally_.version, .counts = {}};
  });
  PostgresTallyFeed feed(
      url_, reader, readings_alone, {}, [&](const poll::PollId& poll, const Result<void>& readable) {
        const std::lock_guard lock(mutex);
        changes.push_back(poll.text() + ": " + (readable ? "fine" : readable.error().message));
      });
  feed.start();
  const auto dogs_follow =
      feed.subscribe(dogs, [&](const poll::Tally& tally, const auto&) { dogs_heard = tally.version; });
  ASSERT_TRUE(eventually([&] { return !feed.state() && feed.state().error().code == ErrorCode::internal; }))
      << "there is no other poll";
  const auto pets_follow =
      feed.subscribe(pets, [&](const poll::Tally& tally, const auto&) { pets_heard = tally.version; });
  ASSERT_TRUE(eventually([&] { return pets_heard > 3; }));
  EXPECT_TRUE(feed.state());
  EXPECT_EQ(dogs_heard, 0U);
  damaged = false;
  EXPECT_TRUE(eventually([&] { return dogs_heard > 0; }));
  feed.stop();
  EXPECT_EQ(changes, (std::vector<std::string>{"dogs: The tally is damaged.", "dogs: fine"})) << "once each";
}

// Remembers how many polls it was asked for at once.
class CountingReader : public poll::TallyReader {
 public:
  Result<poll::Tally> tally(const poll::PollId& poll) override { return poll::Tally{.poll = poll}; }
  Result<poll::Tally> full_tally(const poll::PollId& poll) override { return tally(poll); }
  std::vector<Result<poll::Tally>> tallies(std::span<const poll::PollId> polls) override {
    reads_.push_back(polls.size());
    return TallyReader::tallies(polls);
  }
  const std::vector<std::size_t>& reads() const { return reads_; }  // once the feed has stopped

 private:
  std::vector<std::size_t> reads_;
};

TEST_F(PostgresTallyFeedTest, ReadsTalliesThatAreDueTogether) {
  CountingReader reader;
  PostgresTallyFeed feed(url_, reader, hints_alone, {});
  std::atomic<int> heard = 0;
  std::vector<std::unique_ptr<poll::TallyFeed::Subscription>> follow;
  for (int n = 0; n < 100; ++n) {
    follow.push_back(feed.subscribe(poll::PollId::parse("poll" + std::to_string(n)).value(),
                                    [&](const auto&, const auto&) { ++heard; }));
  }
  feed.start();
  EXPECT_TRUE(eventually([&] { return heard == 100; }));
  feed.stop();
  EXPECT_EQ(reader.reads(), (std::vector<std::size_t>{64, 36}));
}

TEST_F(PostgresTallyFeedTest, DeliversTheKnownTallyToALaterFollowerAtOnce) {
  follow(hints_alone);
  change_silently();
  notify("pets");
  ASSERT_TRUE(eventually([&] { return heard_ == 1; }));
  std::uint64_t heard = 0;
  const auto later =
      feed_->subscribe(pets, [&](const poll::Tally& tally, const auto&) { heard = tally.version; });
  EXPECT_EQ(heard, 1U);
}

TEST_F(PostgresTallyFeedTest, DoesNotReadATallyThatNobodyFollowsAnyMore) {
  const poll::PollId dogs = poll::PollId::parse("dogs").value();
  std::atomic<int> dogs_readings = 0;
  std::atomic<bool> failed = false;
  FunctionReader reader([&](const poll::PollId& poll) -> Result<poll::Tally> {
    if (poll != dogs) return poll::Tally{.poll = poll};
    ++dogs_readings;
    return Error{ErrorCode::internal, "The tally is damaged."};
  });
  PostgresTallyFeed feed(url_, reader, readings_alone, {},
                         [&](const poll::PollId&, const Result<void>& readable) { failed = !readable; });
  feed.start();
  std::atomic<int> heard = 0;
  const auto stays = feed.subscribe(pets, [](const auto&, const auto&) {});
  auto leaves = feed.subscribe(dogs, [](const auto&, const auto&) {});
  ASSERT_TRUE(eventually([&] { return failed.load(); }));
  leaves.reset();
  EXPECT_TRUE(eventually([&] { return !failed; })) << "it affects no one";
  const int before = dogs_readings;
  EXPECT_TRUE(feed.state());
  const auto again = feed.subscribe(pets, [&](const auto&, const auto&) { ++heard; });
  EXPECT_TRUE(eventually([&] { return heard > 0; }));
  EXPECT_EQ(dogs_readings, before);
  leaves = feed.subscribe(dogs, [](const auto&, const auto&) {});
  EXPECT_TRUE(eventually([&] { return dogs_readings > before; }));
}

TEST_F(PostgresTallyFeedTest, DeliversWhatWasMadeKnownBeforeTheFirstRead) {
  readable_ = false;
  follow(readings_alone);
  feed_->make_known({.poll = pets, .version = 3, .counts = {}});
  EXPECT_EQ(heard_, 3U);
  readable_ = true;
  ASSERT_TRUE(eventually([&] { return live_.load(); }));
  EXPECT_EQ(heard_, 3U) << "what is read is older";
}

TEST_F(PostgresTallyFeedTest, EndsWhileTheServerIsFrozen) {
  follow(readings_alone);
  ASSERT_TRUE(eventually([&] { return live_.load(); }));
  server().freeze();
  subscription_.reset();
  feed_.reset();
  server().thaw();
}

TEST_F(PostgresTallyFeedTest, IsNotifiedByThePublisher) {
  follow(hints_alone);
  ASSERT_TRUE(eventually([&] { return live_.load(); }));
  PostgresTallyPublisher publisher(url_, {});
  change_silently();
  ASSERT_TRUE(
      publisher.publish(std::vector<poll::ChangedPoll>{{poll::PollId::parse("dogs").value()}, {pets}}));
  EXPECT_TRUE(eventually([&] { return heard_ == 1; }));
}

TEST_F(PostgresTallyFeedTest, DeliversTheTimesOfVotesWithTheTallyThatIncludesThem) {
  follow(hints_alone);
  ASSERT_TRUE(eventually([&] { return live_.load(); }));
  PostgresTallyPublisher publisher(url_, {});
  poll::ChangedPoll changed{.poll = pets};
  changed.times.add(noon, 3);
  changed.times.add(noon + 9, 4);
  change_silently();
  ASSERT_TRUE(publisher.publish(std::span(&changed, 1)));
  EXPECT_TRUE(eventually([&] { return heard_ == 1; }));
  EXPECT_EQ(times_heard(), changed.times.groups());
}

// Neither the first tally after a start nor one that is read again is new to the screens.
TEST_F(PostgresTallyFeedTest, DeliversNoTimesIfItWasNotNotifiedOfVotes) {
  count(5);
  follow(readings_alone);
  ASSERT_TRUE(eventually([&] { return live_ && heard_ == 1; }));
  const int before = readings_;
  ASSERT_TRUE(eventually([&] { return readings_ > before + 3; }));
  notify("pets");
  count(6);
  ASSERT_TRUE(eventually([&] { return heard_ == 2; }));
  EXPECT_TRUE(times_heard().empty());
}

// Of the same version as this one, or an older one that knows only the first channel.
TEST_F(PostgresTallyFeedTest, TakesTheTimesOfVotesOfOtherVersions) {
  follow(hints_alone);
  ASSERT_TRUE(eventually([&] { return live_.load(); }));
  change_silently();
  notify("pets");  // what an older worker sends
  ASSERT_TRUE(eventually([&] { return heard_ == 1; }));
  EXPECT_TRUE(times_heard().empty());
  change_silently();
  notify("pets\nnews 7\nqueued 1700000000000 2", details_channel);  // a newer one
  notify("pets");
  ASSERT_TRUE(eventually([&] { return heard_ == 2; }));
  EXPECT_EQ(times_heard(), (std::vector<poll::VoteTimes::Group>{{noon, 2}}));
}

// An older result service listens on the first channel and takes its payload for the id of a poll.
TEST_F(PostgresTallyFeedTest, SendsNothingElseOnTheChannelOfOlderVersions) {
  auto older = postgres::Connection::open(url_, WaitLimit::in(10s)).value();
  older.execute("LISTEN pollux_tally", WaitLimit::in(10s)).value();
  PostgresTallyPublisher publisher(url_, {});
  poll::ChangedPoll changed{.poll = pets};
  changed.times.add(noon, 3);
  ASSERT_TRUE(publisher.publish(std::span(&changed, 1)));
  const auto heard = older.wait_notifications(WaitLimit::in(10s)).value();
  ASSERT_EQ(heard.size(), 1U);
  EXPECT_EQ(heard[0].channel, "pollux_tally");
  EXPECT_EQ(heard[0].payload, "pets");
}

TEST_F(PostgresTallyFeedTest, GivesVotesThatItMissedTheTimeOfItsLastRead) {
  count(10);
  follow(hints_alone);
  ASSERT_TRUE(eventually([&] { return live_ && heard_ == 1; }));
  EXPECT_EQ(feed_->connected(), true);
  server().kill();
  ASSERT_TRUE(eventually([&] { return !live_; }));
  EXPECT_TRUE(eventually([&] { return feed_->connected() == false; }));
  count(17);
  server().start();
  ASSERT_TRUE(eventually([&] { return live_ && heard_ == 2; }));
  EXPECT_EQ(feed_->connected(), true);
  const auto times = times_heard();
  ASSERT_EQ(times.size(), 1U);
  EXPECT_EQ(times[0].votes, 7U);
  EXPECT_GT(times[0].oldest, noon);

  // The notification of those votes comes after all, and then that of others.
  notify("pets\nqueued 1700000000000 7", details_channel);
  for (int reads = 0; reads < 2; ++reads) {  // the first has ended when the second begins
    const int before = readings_;
    notify("pets");
    ASSERT_TRUE(eventually([&] { return readings_ > before; }));
  }
  count(18);
  notify("pets\nqueued 1700000000000 1", details_channel);
  notify("pets");
  EXPECT_TRUE(eventually([&] { return heard_ == 3 && votes_heard() == 8; }));
}

}  // namespace
}  // namespace pollux::feed
