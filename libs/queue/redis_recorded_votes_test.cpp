// Recorded votes that stay in their streams: which of them go and when, that they are no backlog, and that
// they can be read again.
#include "queue/redis_recorded_votes.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "queue/redis_recorded_votes_reader.hpp"
#include "queue/redis_stream_vote_consumer.hpp"
#include "queue/testing/redis_streams.hpp"

namespace pollux::queue {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::SizeIs;

using Room = RedisRecordedEntries::Room;

class RecordedEntries : public testing::Test {
 protected:
  void survey(seconds at, std::uint64_t recorded_before, Room room = Room::enough,
              std::uint64_t recorded = 100) {
    entries_.take(RedisRecordedEntries::Time(at),
                  {.recorded = recorded, .oldest = {}, .recorded_before = {recorded_before, 0}},
                  {.keep = minutes(10), .max_entries = 1000}, room);
  }
  std::uint64_t deletable() const { return entries_.deletable_before().time; }

  RedisRecordedEntries entries_;
};

TEST_F(RecordedEntries, GoWhenTheyHaveBeenRecordedForTheTime) {
  for (unsigned second = 0; second < 600; ++second) survey(seconds(second), 1000 + second);
  EXPECT_EQ(deletable(), 0U);
  survey(seconds(600), 5000);
  EXPECT_EQ(deletable(), 1000U);
  survey(seconds(660), 5000);
  EXPECT_GE(deletable(), 1055U);
  EXPECT_LE(deletable(), 1060U);
  survey(seconds(1300), 6000);
  EXPECT_EQ(deletable(), 5000U);
}

TEST_F(RecordedEntries, GoByTheOlderHalfIfThereAreTooManyOrMemoryIsShort) {
  for (unsigned second = 0; second < 64; second += 4) survey(seconds(second), 1000 + second);
  survey(seconds(64), 1064, Room::enough, 1001);
  EXPECT_EQ(deletable(), 1032U);
  survey(seconds(68), 1068, Room::little);
  EXPECT_GT(deletable(), 1032U);
  EXPECT_LT(deletable(), 1068U);
}

TEST_F(RecordedEntries, AllGoIfThereIsNoRoom) {
  survey(seconds(0), 1000);
  survey(seconds(4), 1004, Room::none);
  EXPECT_EQ(deletable(), 1004U);
}

TEST_F(RecordedEntries, AreForgottenWithTheirStream) {
  survey(seconds(0), 1000);
  survey(seconds(4), 7, Room::enough);
  survey(seconds(601), 9);
  EXPECT_EQ(deletable(), 0U) << "those of the new stream are younger";
}

class RedisRecordedVotesTest : public RedisStreams {
 protected:
  RedisStreamVoteConsumer::Options keeping(const std::string& name = "ann",
                                           milliseconds keep = minutes(10)) const {
    auto keeping = options(name);
    keeping.recorded.keep = keep;
    return keeping;
  }

  void record(RedisStreamVoteConsumer& consumer, std::size_t count) {
    const Batch batch = receive(consumer, count);
    ASSERT_THAT(batch, SizeIs(count));
    ASSERT_TRUE(consumer.acknowledge(batch));
    ASSERT_TRUE(nothing_left(consumer));
  }

  // What replay would record.
  std::set<std::string> readable(std::uint64_t since = 0) {
    RedisRecordedVotesReader reader(server_.url(), {}, {}, since);
    std::set<std::string> voters;
    for (;;) {
      const auto batch = reader.next(7).value();
      if (batch.empty()) return voters;
      EXPECT_LE(batch.votes.size(), 7U);
      for (const poll::QueuedVote& queued : batch.votes) voters.insert(queued.vote.voter.text());
    }
  }
};

TEST_F(RedisRecordedVotesTest, StayAndAreNoBacklog) {
  RedisStreamVoteConsumer tested(keeping());
  cast_many(20);
  record(tested, 20);
  EXPECT_EQ(length(), 20);
  EXPECT_EQ(pending(), 0);
  cast("late");
  const Batch held = receive(tested, 1);
  cast_many(5, "waiting");
  EXPECT_TRUE(come_to(tested, [&] {
    const auto seen = tested.statistics();
    return seen.recorded == 20 && seen.lag + seen.pending == 6 && seen.oldest_age.count() > 0;
  }));
  ASSERT_TRUE(tested.acknowledge(held));
  EXPECT_TRUE(come_to(tested, [&] { return tested.statistics().recorded == 21; }));
}

TEST_F(RedisRecordedVotesTest, LeaveNoAgeOfAnOldestVote) {
  RedisStreamVoteConsumer tested(keeping());
  cast_many(3);
  record(tested, 3);
  EXPECT_TRUE(come_to(tested, [&] { return tested.statistics().recorded == 3; }));
  EXPECT_EQ(tested.statistics().oldest_age.count(), 0);
  EXPECT_EQ(tested.statistics().lag, 0U);
  EXPECT_EQ(tested.statistics().pending, 0U);
}

TEST_F(RedisRecordedVotesTest, AreDeletedAfterTheirTimeAndNothingElseIs) {
  RedisStreamVoteConsumer tested(keeping("ann", milliseconds(1)));
  cast_many(300);
  record(tested, 300);
  cast("held");
  ASSERT_THAT(receive(tested, 1), SizeIs(1));
  EXPECT_TRUE(come_to(tested, [&] { return length() == 1; }));
  EXPECT_EQ(pending(), 1);
}

TEST_F(RedisRecordedVotesTest, AreDeliveredToNobodyAgain) {
  {
    RedisStreamVoteConsumer first(keeping("first"));
    cast_many(10);
    record(first, 10);
  }
  auto second = keeping("second");
  second.reclaim_after = milliseconds(50);
  RedisStreamVoteConsumer tested(second);
  cast("new");
  EXPECT_THAT(voters(receive(tested, 1)), ElementsAre("new"));
  EXPECT_EQ(length(), 11);
}

TEST_F(RedisRecordedVotesTest, AConsumerThatKeepsNothingDeletesThem) {
  RedisStreamVoteConsumer keeps(keeping());
  cast_many(10);
  record(keeps, 10);
  ASSERT_EQ(length(), 10);
  const auto earlier = consumer("earlier");  // as one of the version before
  cast("new");
  record(*earlier, 1);
  EXPECT_EQ(length(), 0);
}

TEST_F(RedisRecordedVotesTest, GoBeforeMemoryIsShort) {
  RedisStreamVoteConsumer tested(keeping());
  cast_many(100);
  record(tested, 100);
  ASSERT_EQ(length(), 100);
  const std::string info = command({"INFO", "memory"}).text;
  const std::size_t at = info.find("used_memory:");
  const std::uint64_t used = std::stoull(info.substr(at + 12));
  command({"CONFIG", "SET", "maxmemory", std::to_string(3 * used)});
  EXPECT_TRUE(come_to(tested, [&] { return length() == 0; }));
  cast("next");
  record(tested, 1);
  EXPECT_EQ(length(), 0) << "deleted in the same step";
  command({"CONFIG", "SET", "maxmemory", std::to_string(100 * used)});
  EXPECT_TRUE(come_to(tested, [&] {
    cast("later");
    record(tested, 1);
    return length() > 0;
  }));
}

TEST_F(RedisRecordedVotesTest, ADeadLetterLeavesTheCountsRight) {
  RedisStreamVoteConsumer tested(keeping());
  cast_many(5);
  record(tested, 5);
  command({"XADD", stream_key(0), "*", "hello", "world"});
  EXPECT_TRUE(come_to(tested, [&] { return tested.statistics().dead_letters == 1; }));
  cast_many(3, "later");
  EXPECT_TRUE(come_to(tested, [&] { return tested.statistics().pending == 3; }));
  EXPECT_EQ(tested.statistics().lag, 0U);
  EXPECT_EQ(tested.statistics().recorded, 5U);
}

TEST_F(RedisRecordedVotesTest, AreReadAgainFromAllStreams) {
  RedisStreamVoteConsumer tested(keeping());
  for (std::size_t n = 0; n < 30; ++n) cast("voter" + std::to_string(n), n % 3);
  record(tested, 30);
  cast("waiting", 1);
  command({"XADD", stream_key(2), "*", "hello", "world"});
  EXPECT_THAT(readable(), SizeIs(31));
  const std::uint64_t now = std::stoull(command({"TIME"}).elements.at(0).text) * 1000;
  EXPECT_THAT(readable(now + 3'600'000), SizeIs(0));
  EXPECT_THAT(readable(now - 3'600'000), SizeIs(31));

  RedisRecordedVotesReader reader(server_.url(), {}, {}, 0);
  std::size_t unreadable = 0;
  for (auto batch = reader.next(100).value(); !batch.empty(); batch = reader.next(100).value()) {
    EXPECT_TRUE(std::ranges::is_sorted(batch.votes, {}, &poll::QueuedVote::version));
    unreadable += batch.unreadable.size();
  }
  EXPECT_EQ(unreadable, 1U);
}

}  // namespace
}  // namespace pollux::queue
