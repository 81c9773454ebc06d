// What a consumer does besides delivering votes: dead letters, statistics, removal of old consumers.
#include <algorithm>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/testing/eventually.hpp"
#include "queue/redis_stream_vote_consumer.hpp"
#include "queue/testing/redis_streams.hpp"

namespace pollux::queue {
namespace {

using std::chrono::hours;
using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::SizeIs;

class RedisStreamMaintenance : public RedisStreams {
 protected:
  void cast_an_hour_ago(std::size_t shard) {
    constexpr std::int64_t hour = 3600;
    const std::int64_t then = std::stoll(command({"TIME"}).elements.at(0).text) - hour;
    command({"SADD", std::string(streams_key), stream_key(shard)});
    command({"XADD", stream_key(shard), std::to_string(then * 1000) + "-0", "poll", "default", "voter",
             "early", "selection", "a"});
  }

  // -1 if Redis does not know it.
  std::int64_t group_lag() {
    const auto fields = command({"XINFO", "GROUPS", stream_key(0)}).elements.at(0).elements;
    for (std::size_t n = 0; n + 1 < fields.size(); n += 2) {
      if (fields[n].text == "lag")
        return fields[n + 1].kind == redis::Reply::Kind::nil ? -1 : fields[n + 1].integer;
    }
    return 0;  // before Redis 7
  }

  std::string add(const Words& fields) {
    Words words{"XADD", stream_key(0), "*"};
    words.insert(words.end(), fields.begin(), fields.end());
    return command(words).text;
  }

  // The fields of the dead letters, each as one line of texts.
  std::vector<Words> dead_letters() {
    std::vector<Words> letters;
    for (const auto& letter : command({"XRANGE", std::string(dead_letters_key), "-", "+"}).elements) {
      Words fields;
      for (const auto& field : letter.elements[1].elements) fields.push_back(field.text);
      letters.push_back(fields);
    }
    return letters;
  }
};

TEST_F(RedisStreamMaintenance, MakesDeadLettersOfWhatIsNoVoteAndDeliversTheRest) {
  const std::string bytes("\0\xff\r\n", 4);
  const std::string first = add({"poll", "default", "voter", bytes, "selection", "a"});
  cast("ann");
  const std::string second = add({"hello", "world", "hello", bytes});
  const std::string third = add({"original", "anything"});
  cast("bob");
  const auto tested = consumer();
  const Batch batch = receive(*tested, 2);
  EXPECT_THAT(voters(batch), ElementsAre("ann", "bob"));
  ASSERT_TRUE(tested->acknowledge(batch));
  EXPECT_TRUE(nothing_left(*tested));

  const auto letters = dead_letters();
  ASSERT_THAT(letters, SizeIs(3));
  for (const Words& letter : letters) EXPECT_GT(letter[1].size(), 10U) << "a message gives the reason";
  EXPECT_THAT(letters[0], ElementsAre("reason", letters[0][1], "stream", "pollux:votes:0", "id", first,
                                      "poll", "default", "voter", bytes, "selection", "a"));
  EXPECT_THAT(letters[1], ElementsAre("reason", letters[1][1], "stream", "pollux:votes:0", "id", second,
                                      "hello", "world", "hello", bytes));
  EXPECT_THAT(letters[2], ElementsAre("reason", letters[2][1], "stream", "pollux:votes:0", "id", third,
                                      "original", "anything"));
  EXPECT_EQ(length(), 0);
  EXPECT_EQ(pending(), 0);
  EXPECT_EQ(tested->statistics().dead_letters, 3U);
}

TEST_F(RedisStreamMaintenance, WarnsOfEachReasonOfDeadLettersAlsoOfOneBatch) {
  std::vector<RedisStreamWarning> warnings;
  auto wanted = options("ann");
  wanted.warn = [&warnings](const RedisStreamWarning& warning) { warnings.push_back(warning); };
  RedisStreamVoteConsumer tested(wanted);
  add({"hello", "world"});
  add({"hello", "again"});
  add({"poll", "default", "voter", std::string(1000, 'x'), "selection", "a"});
  EXPECT_TRUE(come_to(tested, [&] { return tested.statistics().dead_letters == 3; }));
  const auto letters = dead_letters();
  ASSERT_THAT(letters, SizeIs(3));
  ASSERT_NE(letters[0][1], letters[2][1]) << "the reasons";
  const auto says = [](const std::string& reason, std::uint64_t entries) {
    return Contains(AllOf(Field(&RedisStreamWarning::reason, reason),
                          Field(&RedisStreamWarning::entries, entries),
                          Field(&RedisStreamWarning::message, HasSubstr("became dead letters"))));
  };
  EXPECT_THAT(warnings, says(letters[0][1], 2));
  EXPECT_THAT(warnings, says(letters[2][1], 1));
}

TEST_F(RedisStreamMaintenance, MakesDeadLettersOfManyEntriesAndOfLargeOnes) {
  for (int n = 0; n < 1500; ++n) add({"n", std::to_string(n)});
  Words wide;
  for (int n = 0; n < 5000; ++n) wide.push_back(std::to_string(n));
  add(wide);
  command(
      {"XADD", stream_key(0), "18446744073709551000-7", "poll", "default", "voter", "ann", "selection", "a"});
  const auto tested = consumer();
  EXPECT_TRUE(come_to(*tested, [&] { return tested->statistics().dead_letters == 1502; }));
  const auto letters = dead_letters();
  ASSERT_THAT(letters, SizeIs(1502));
  EXPECT_EQ(letters[0].back(), "0");
  EXPECT_EQ(letters[1499].back(), "1499");
  EXPECT_EQ(letters[1500][6], "fields");
  EXPECT_THAT(letters[1500][7], HasSubstr("4999")) << "nothing of it is lost";
  EXPECT_EQ(letters[1501][5], "18446744073709551000-7");
  EXPECT_EQ(length(), 0);
  EXPECT_EQ(pending(), 0);
}

TEST_F(RedisStreamMaintenance, KeepsAnEntryThatCannotBecomeADeadLetterAndTriesAgain) {
  const auto tested = consumer();
  EXPECT_TRUE(nothing_left(*tested));
  add({"hello", "world"});
  cast("ann");
  command({"CONFIG", "SET", "maxmemory", "1"});
  const Batch batch = receive(*tested, 1);
  EXPECT_THAT(voters(batch), ElementsAre("ann")) << "the rest flows";
  EXPECT_TRUE(come_to(*tested, [&] { return !tested->statistics().problem.empty(); }));
  EXPECT_EQ(length(), 2) << "it is not lost";
  EXPECT_EQ(pending(), 2) << "nor forgotten, were we to end now";
  command({"CONFIG", "SET", "maxmemory", "0"});
  EXPECT_TRUE(come_to(*tested, [&] { return tested->statistics().dead_letters == 1; }));
  EXPECT_THAT(dead_letters(), SizeIs(1));
  EXPECT_TRUE(come_to(*tested, [&] { return tested->statistics().problem.empty(); }));
}

TEST_F(RedisStreamMaintenance, ReportsAnEvictionPolicyThatLosesVotesAndGoesOn) {
  command({"CONFIG", "SET", "maxmemory-policy", "allkeys-lru"});
  command({"CONFIG", "SET", "maxmemory", "100mb"});
  const auto tested = consumer();
  cast("ann");
  EXPECT_THAT(receive(*tested, 1), SizeIs(1));
  EXPECT_TRUE(come_to(*tested, [&] { return !tested->keeps_votes_when_full(); }));
  EXPECT_THAT(tested->keeps_votes_when_full().error().message, HasSubstr("Set it to noeviction"));
  EXPECT_TRUE(tested->state());
  command({"CONFIG", "SET", "maxmemory-policy", "noeviction"});
  EXPECT_TRUE(come_to(*tested, [&] { return tested->keeps_votes_when_full().has_value(); }));
}

TEST_F(RedisStreamMaintenance, GivesTheAgeOfTheOldestVoteUntilItIsRecorded) {
  const auto tested = consumer();
  EXPECT_TRUE(nothing_left(*tested));
  EXPECT_EQ(tested->statistics().oldest_age, milliseconds(0));
  cast_an_hour_ago(1);
  cast("bob");
  Batch batch = receive(*tested, 2);
  ASSERT_THAT(batch, SizeIs(2));
  EXPECT_GE(tested->statistics().oldest_age, hours(1)) << "while it is recorded";
  EXPECT_LT(tested->statistics().oldest_age, hours(2));
  tested->release(batch, unavailable("The database is down."));
  batch = receive(*tested, 2);
  ASSERT_THAT(batch, SizeIs(2));
  EXPECT_GE(tested->statistics().oldest_age, hours(1)) << "and again";
  std::ranges::sort(batch, {}, &poll::QueuedVote::version);
  ASSERT_TRUE(tested->acknowledge(std::vector{batch.front()}));
  EXPECT_TRUE(come_to(*tested, [&] { return tested->statistics().oldest_age < hours(1); }));
  ASSERT_TRUE(tested->acknowledge(std::vector{batch.back()}));
  EXPECT_TRUE(come_to(*tested, [&] { return tested->statistics().oldest_age == milliseconds(0); }));
  EXPECT_EQ(tested->statistics().lag, 0U);
  EXPECT_EQ(tested->statistics().pending, 0U);
}

TEST_F(RedisStreamMaintenance, GivesTheAgeOfVotesThatAnotherConsumerHolds) {
  cast_an_hour_ago(0);
  const auto holder = consumer("holder");
  const Batch batch = receive(*holder, 1);
  ASSERT_THAT(batch, SizeIs(1));
  const auto tested = consumer();
  EXPECT_TRUE(come_to(*tested, [&] { return tested->statistics().oldest_age >= hours(1); }));
  EXPECT_EQ(tested->statistics().pending, 1U);
  EXPECT_EQ(tested->statistics().lag, 0U);
  ASSERT_TRUE(holder->acknowledge(batch));
  EXPECT_TRUE(nothing_left(*holder));
  EXPECT_TRUE(come_to(*tested, [&] { return tested->statistics().oldest_age == milliseconds(0); }));
}

// Redis may not know the lag of a group from whose stream entries were deleted: what is delivered to no
// consumer is counted here without it, and Redis's own figure, which a scaler may use, is 0 in the end.
TEST_F(RedisStreamMaintenance, CountsTheLagAlsoAfterDeletions) {
  const auto tested = consumer();
  EXPECT_TRUE(nothing_left(*tested));
  cast_many(20);
  command({"XDEL", stream_key(0), cast("deleted")});
  cast_many(30, "later");
  const Batch batch = receive(*tested, 10);
  ASSERT_THAT(batch, SizeIs(10));
  ASSERT_TRUE(tested->acknowledge(batch));
  const auto rest = receive(*tested, 40);
  ASSERT_THAT(rest, SizeIs(40));
  ASSERT_TRUE(tested->acknowledge(rest));
  EXPECT_TRUE(come_to(*tested, [&] {
    return tested->statistics().lag == 0 && tested->statistics().pending == 0 && length() == 0;
  }));
  EXPECT_EQ(group_lag(), 0);
}

// In several nodes of the stream, from which Redis deletes entries differently than as a whole.
TEST_F(RedisStreamMaintenance, DeletesWhatWasAcknowledgedAndNothingElse) {
  cast_many(500);
  auto wanted = options("ann");
  wanted.read_ahead = false;
  RedisStreamVoteConsumer ann(wanted);
  const Batch first = receive(ann, 200);
  ASSERT_THAT(first, SizeIs(200));
  {
    wanted.consumer_name = "bob";
    RedisStreamVoteConsumer bob(wanted);
    const Batch second = receive(bob, 200);
    ASSERT_THAT(second, SizeIs(200));
    ASSERT_TRUE(bob.acknowledge(second));
  }
  EXPECT_EQ(length(), 300) << "those of ann, and those that no consumer has received";
  EXPECT_EQ(pending(), 200);

  ASSERT_TRUE(ann.acknowledge(std::span(first).last(50)));
  ASSERT_TRUE(ann.acknowledge(std::span(first).first(100)));
  const Batch third = receive(ann, 100);
  EXPECT_EQ(length(), 150);
  ASSERT_TRUE(ann.acknowledge(std::span(first).subspan(100, 50)));
  ASSERT_TRUE(ann.acknowledge(third));
  EXPECT_TRUE(nothing_left(ann));
  EXPECT_EQ(length(), 0);
  EXPECT_EQ(pending(), 0);
}

TEST_F(RedisStreamMaintenance, DeletesByTheWholeId) {
  command({"SADD", std::string(streams_key), stream_key(0)});
  for (const char* id :
       {"5-9007199254740992", "5-9007199254740993", "10-1"})  // the first two: 2^53 and its successor
    command({"XADD", stream_key(0), id, "poll", "default", "voter", id, "selection", "a"});
  const auto tested = consumer();
  const Batch batch = receive(*tested, 3);
  ASSERT_THAT(batch, SizeIs(3));
  for (const poll::QueuedVote& vote : batch) {
    ASSERT_TRUE(tested->acknowledge({&vote, 1}));
    EXPECT_TRUE(nothing_left(*tested));
    const auto left = command({"XRANGE", stream_key(0), "-", "+"}).elements;
    EXPECT_EQ(left.size(), static_cast<std::size_t>(&batch.back() - &vote)) << vote.vote.voter.text();
    EXPECT_EQ(pending(), static_cast<std::int64_t>(left.size()));
  }
}

TEST_F(RedisStreamMaintenance, ReportsTheMemoryOfRedis) {
  const auto tested = consumer();
  EXPECT_FALSE(tested->statistics().memory.noeviction) << "not known yet";
  EXPECT_TRUE(come_to(*tested, [&] { return tested->statistics().memory.noeviction == true; }));
  EXPECT_GT(tested->statistics().memory.used_bytes.value(), 100'000U);
  command({"CONFIG", "SET", "maxmemory", "100mb"});
  command({"CONFIG", "SET", "maxmemory-policy", "volatile-lru"});
  EXPECT_TRUE(come_to(*tested, [&] { return tested->statistics().memory.noeviction == false; }));
  EXPECT_EQ(tested->statistics().memory.max_bytes, 104'857'600U);
}

TEST_F(RedisStreamMaintenance, BoundsTheDeadLettersAndCountsWhatItDrops) {
  auto wanted = options("ann");
  wanted.max_dead_letters = 100;
  RedisStreamVoteConsumer tested(wanted);
  for (int n = 0; n < 500; ++n) add({"n", std::to_string(n)});
  EXPECT_TRUE(come_to(tested, [&] { return tested.statistics().dead_letters == 500; }));
  const auto kept = dead_letters();
  EXPECT_LT(kept.size(), 400U);
  EXPECT_EQ(kept.back().back(), "499");
  EXPECT_EQ(tested.statistics().dead_letters_dropped, 500 - kept.size());
}

TEST_F(RedisStreamMaintenance, SkipsEntriesThatAreDeletedMeanwhile) {
  const std::string id = cast("ann");
  cast("bob");
  ASSERT_THAT(receive(*consumer("same"), 2), SizeIs(2));
  command({"XDEL", stream_key(0), id});
  const auto again = consumer("same");
  const Batch batch = receive(*again, 1);
  EXPECT_THAT(voters(batch), ElementsAre("bob"));
  ASSERT_TRUE(again->acknowledge(batch));
  EXPECT_TRUE(nothing_left(*again));
  EXPECT_EQ(pending(), 0);
  EXPECT_EQ(again->statistics().vanished, 1U);
}

TEST_F(RedisStreamMaintenance, CountsWhatWaitsAndWhatIsPending) {
  for (int n = 0; n < 60; ++n) cast("voter" + std::to_string(n), n % 2 == 0 ? 0 : 1);
  auto wanted = options("ann");
  wanted.read_ahead = false;
  RedisStreamVoteConsumer tested(wanted);
  Batch batch;
  ASSERT_TRUE(eventually([&] {
    batch = tested.receive(10, milliseconds(100)).value();
    return !batch.empty();
  }));
  tested.release(batch, unavailable("The database is down."));
  const auto agrees = [&] {
    const auto statistics = tested.statistics();
    return statistics.pending > 0 && statistics.lag + statistics.pending == 60 &&
           statistics.pending == [&] { return static_cast<std::uint64_t>(pending(0) + pending(1)); }();
  };
  EXPECT_TRUE(eventually([&] {
    const auto again = tested.receive(10, milliseconds(0)).value();
    tested.release(again, unavailable("The database is down."));
    return agrees();
  }));
  EXPECT_TRUE(tested.statistics().connected);
}

TEST_F(RedisStreamMaintenance, RemovesConsumersThatAreLongIdleAndHaveNothingPending) {
  cast("ann");
  const std::string group(consumer_group);
  auto holder = consumer("holder");
  ASSERT_THAT(receive(*holder, 1), SizeIs(1));
  command({"XGROUP", "CREATECONSUMER", stream_key(0), group, "gone"});
  EXPECT_EQ(consumers(), 2U);
  auto wanted = options("tidy");
  wanted.forget_consumers_after = milliseconds(60);
  RedisStreamVoteConsumer tidy(wanted);
  const auto names = [&] {
    std::set<std::string> all;
    for (const auto& consumer : command({"XINFO", "CONSUMERS", stream_key(0), group}).elements)
      all.insert(consumer.elements[1].text);
    return all;
  };
  EXPECT_TRUE(come_to(tidy, [&] { return !names().contains("gone"); }));
  EXPECT_TRUE(names().contains("holder")) << "one with votes pending stays";
}

}  // namespace
}  // namespace pollux::queue
