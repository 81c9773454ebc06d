// What this consumer promises beyond the port; the port's own promises are in tests/conformance.
#include "queue/redis_stream_vote_consumer.hpp"

#include <algorithm>
#include <set>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/testing/eventually.hpp"
#include "queue/testing/redis_streams.hpp"
#include "queue/versions.hpp"

namespace pollux::queue {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

class RedisStreamVoteConsumerTest : public RedisStreams {};

TEST_F(RedisStreamVoteConsumerTest, DeliversWhatWasThereBeforeAnyConsumer) {
  cast("ann");
  const std::string id = cast("bob");
  const auto batch = receive(*consumer(), 2);
  EXPECT_THAT(voters(batch), ElementsAre("ann", "bob"));
  EXPECT_EQ(entry_id_text(batch.back().version), id);
}

TEST_F(RedisStreamVoteConsumerTest, LeavesNothingInRedisOfVotesThatAreAcknowledged) {
  cast_many(10);
  const auto tested = consumer();
  const Batch batch = receive(*tested, 10);
  ASSERT_THAT(batch, SizeIs(10));
  EXPECT_EQ(length(), 10) << "not before they are acknowledged";
  ASSERT_TRUE(tested->acknowledge(batch));
  EXPECT_TRUE(nothing_left(*tested));
  EXPECT_EQ(length(), 0);
  EXPECT_EQ(pending(), 0);
}

TEST_F(RedisStreamVoteConsumerTest, SendsTheLastAcknowledgementsWhenItEnds) {
  cast("ann");
  auto tested = consumer();
  ASSERT_TRUE(tested->acknowledge(receive(*tested, 1)));
  tested.reset();
  EXPECT_EQ(length(), 0);
  EXPECT_EQ(pending(), 0);
  EXPECT_EQ(consumers(), 0U) << "a consumer with nothing pending leaves";
}

TEST_F(RedisStreamVoteConsumerTest, ReadsTheNextBatchWhileOneIsRecorded) {
  cast_many(4);
  const auto tested = consumer();
  ASSERT_THAT(tested->receive(1, milliseconds(1000)).value(), SizeIs(1));
  EXPECT_TRUE(eventually([&] { return pending() == 2; }));
}

TEST_F(RedisStreamVoteConsumerTest, ReadsNothingAheadIfThatIsOff) {
  cast_many(4);
  auto wanted = options("ann");
  wanted.read_ahead = false;
  RedisStreamVoteConsumer tested(wanted);
  const Batch batch = tested.receive(1, milliseconds(1000)).value();
  ASSERT_THAT(batch, SizeIs(1));
  tested.close();
  EXPECT_TRUE(nothing_left(tested));
  EXPECT_EQ(pending(), 1);
}

TEST_F(RedisStreamVoteConsumerTest, LosesNothingThatItReadAhead) {
  cast_many(100);
  const auto tested = consumer();
  Batch all;
  while (all.size() < 100) {
    const Batch batch = tested->receive(7, milliseconds(1000)).value();
    ASSERT_FALSE(batch.empty());
    ASSERT_LE(batch.size(), 7U);
    ASSERT_TRUE(tested->acknowledge(batch));
    all.insert(all.end(), batch.begin(), batch.end());
  }
  EXPECT_TRUE(std::ranges::is_sorted(all, std::ranges::less_equal{}, &poll::QueuedVote::version))
      << "each once, in order";
  EXPECT_TRUE(nothing_left(*tested));
  EXPECT_EQ(length(), 0);
}

// So large that the next batch is parsed on another thread meanwhile.
TEST_F(RedisStreamVoteConsumerTest, DeliversEachVoteOfLargeBatches) {
  cast_many(3000);
  const auto tested = consumer();
  const Batch released = receive(*tested, 1000);
  ASSERT_THAT(released, SizeIs(1000));
  tested->release(released, unavailable("The database is down."));
  std::set<std::string> delivered;
  while (delivered.size() < 3000) {
    const Batch batch = tested->receive(1000, milliseconds(1000)).value();
    ASSERT_FALSE(batch.empty()) << "after " << delivered.size() << " votes";
    ASSERT_TRUE(tested->acknowledge(batch));
    for (const std::string& voter : voters(batch)) EXPECT_TRUE(delivered.insert(voter).second) << voter;
  }
  EXPECT_TRUE(nothing_left(*tested));
  EXPECT_EQ(length(), 0);
  EXPECT_EQ(pending(), 0);
}

TEST_F(RedisStreamVoteConsumerTest, TakesOverWhatAnotherDidNotAcknowledge) {
  cast_many(50);
  auto ended = consumer("ended");
  const Batch batch = receive(*ended, 20);
  ASSERT_TRUE(ended->acknowledge(std::span(batch).first(5)));
  ended.reset();  // without a word on the other 15, nor on what it had read ahead

  auto wanted = options("heir");
  wanted.reclaim_after = milliseconds(100);
  RedisStreamVoteConsumer heir(wanted);
  const Batch inherited = receive(heir, 45);
  const auto names = voters(inherited);
  EXPECT_THAT(std::set(names.begin(), names.end()), SizeIs(45));
  EXPECT_GE(heir.statistics().reclaimed, 15U);
  ASSERT_TRUE(heir.acknowledge(inherited));
  EXPECT_TRUE(nothing_left(heir));
  EXPECT_EQ(length(), 0);
  EXPECT_EQ(pending(), 0);
}

TEST_F(RedisStreamVoteConsumerTest, DoesNotTakeOverItsOwnVotes) {
  cast_many(3);
  auto wanted = options("ann");
  wanted.reclaim_after = milliseconds(1);
  RedisStreamVoteConsumer tested(wanted);
  const Batch batch = receive(tested, 3);
  const auto until = std::chrono::steady_clock::now() + milliseconds(300);
  while (std::chrono::steady_clock::now() < until)
    ASSERT_THAT(tested.receive(10, milliseconds(20)).value(), IsEmpty());
  ASSERT_TRUE(tested.acknowledge(batch));
  EXPECT_TRUE(nothing_left(tested));
  EXPECT_EQ(length(), 0);
}

TEST_F(RedisStreamVoteConsumerTest, GoesOnWithWhatItHadBeforeARestartUnderTheSameName) {
  cast_many(5);
  ASSERT_THAT(receive(*consumer("same"), 5), SizeIs(5));
  const auto again = consumer("same");
  EXPECT_THAT(receive(*again, 5), SizeIs(5));
  // As what is still pending with it, or as what it gave back and takes over like anybody.
  EXPECT_EQ(again->statistics().redelivered + again->statistics().reclaimed, 5U);
}

TEST_F(RedisStreamVoteConsumerTest, ReadsStreamsThatAppearLaterAndAllOfThemFairly) {
  const auto tested = consumer();
  EXPECT_TRUE(nothing_left(*tested));
  for (int n = 0; n < 300; ++n) cast("old" + std::to_string(n), 1);
  for (int n = 0; n < 10; ++n) cast("new" + std::to_string(n), 2);
  Batch all;
  const auto until = std::chrono::steady_clock::now() + std::chrono::minutes(1);
  const auto of_the_new = [&] {
    const auto names = voters(all);
    return std::ranges::count_if(names, [](const auto& name) { return name.starts_with("new"); });
  };
  while (of_the_new() < 10 && std::chrono::steady_clock::now() < until) {
    const Batch batch = tested->receive(20, milliseconds(100)).value();
    ASSERT_TRUE(tested->acknowledge(batch));
    all.insert(all.end(), batch.begin(), batch.end());
  }
  EXPECT_EQ(of_the_new(), 10);
  EXPECT_LT(all.size(), 200U) << "a long stream does not keep the others waiting";
}

TEST_F(RedisStreamVoteConsumerTest, DeliversReleasedVotesAgainHoweverOften) {
  cast_many(3);
  const auto tested = consumer();
  Batch batch = receive(*tested, 3);
  ASSERT_THAT(batch, SizeIs(3));
  for (int n = 0; n < 20; ++n) {
    tested->release(batch, unavailable("The database is down."));
    const Batch again = tested->receive(10, milliseconds(0)).value();
    ASSERT_EQ(again, batch);
  }
  EXPECT_EQ(tested->statistics().redelivered, 60U);
  EXPECT_EQ(pending(), 3);
}

TEST_F(RedisStreamVoteConsumerTest, MakesADeadLetterOfTheInvalidVoteAloneAndNotOfItsBatch) {
  cast("ann");
  const std::string bad = cast("bob");
  cast("cleo");
  const auto tested = consumer();
  tested->release(receive(*tested, 3), invalid("The store can't take this version."));
  std::vector<std::string> recorded;
  for (int n = 0; n < 3; ++n) {
    const Batch one = tested->receive(10, milliseconds(1000)).value();
    ASSERT_THAT(one, SizeIs(1));
    if (one[0].vote.voter.text() == "bob") {
      tested->release(one, invalid("The store can't take this version."));
    } else {
      ASSERT_TRUE(tested->acknowledge(one));
      recorded.push_back(one[0].vote.voter.text());
    }
  }
  EXPECT_THAT(recorded, ElementsAre("ann", "cleo"));
  EXPECT_TRUE(nothing_left(*tested));
  const auto letters = command({"XRANGE", std::string(dead_letters_key), "-", "+"});
  ASSERT_THAT(letters.elements, SizeIs(1));
  std::vector<std::string> fields;
  for (const auto& field : letters.elements[0].elements[1].elements) fields.push_back(field.text);
  EXPECT_THAT(fields, ElementsAre("reason", "The store can't take this version.", "stream", "pollux:votes:0",
                                  "id", bad, "poll", "default", "voter", "bob", "selection", "a"));
  EXPECT_EQ(length(), 0);
  EXPECT_EQ(pending(), 0);
}

TEST_F(RedisStreamVoteConsumerTest, DeliversWhatItReadAheadWhenItIsClosedAndThenNothingMore) {
  cast_many(6);
  const auto tested = consumer();
  Batch all = tested->receive(2, milliseconds(1000)).value();
  ASSERT_TRUE(eventually([&] { return pending() >= 4; }));
  const auto read = static_cast<std::size_t>(pending());
  tested->close();
  cast("late");
  for (;;) {
    const Batch batch = tested->receive(2, milliseconds(0)).value();
    if (batch.empty()) break;
    all.insert(all.end(), batch.begin(), batch.end());
  }
  EXPECT_EQ(all.size(), read);
  ASSERT_TRUE(tested->acknowledge(all));
  EXPECT_TRUE(nothing_left(*tested));
  EXPECT_EQ(pending(), 0) << "also a closed queue acknowledges";
  EXPECT_EQ(length(), 7 - static_cast<std::int64_t>(read));
}

TEST_F(RedisStreamVoteConsumerTest, KeepsReleasedVotesInRedisWhenItIsClosed) {
  cast("ann");
  auto tested = consumer();
  const Batch batch = receive(*tested, 1);
  tested->close();
  tested->release(batch, unavailable("The database is down."));
  EXPECT_TRUE(nothing_left(*tested));
  tested.reset();
  EXPECT_EQ(length(), 1);
  EXPECT_EQ(pending(), 1);
  EXPECT_EQ(consumers(), 1U) << "a consumer with votes pending must not leave: they would be gone";
}

TEST_F(RedisStreamVoteConsumerTest, GivesBackWhatItLeavesSoThatAnotherTakesItOverAtOnce) {
  cast_many(5);
  auto tested = consumer();
  const Batch released = receive(*tested, 2);
  receive(*tested, 2);  // and the last one is read ahead
  tested->close();
  tested->release(released, unavailable("The database is read-only."));
  tested.reset();
  EXPECT_GE(pending(), 4);
  auto next = consumer("bob");  // who takes over only what others have had for half a minute
  std::size_t taken = 0;
  EXPECT_TRUE(eventually([&] { return (taken += next->receive(10, milliseconds(0)).value().size()) == 5; }));
}

TEST_F(RedisStreamVoteConsumerTest, FindsANewStreamDuringALongWait) {
  const auto tested = consumer();
  std::thread caster([&] {
    ASSERT_TRUE(eventually([&] { return tested->state() && tested->statistics().connected; }));
    cast("ann", 1);
  });
  EXPECT_THAT(voters(tested->receive(1, std::chrono::seconds(60)).value()), ElementsAre("ann"));
  caster.join();
}

TEST_F(RedisStreamVoteConsumerTest, EndsTheWaitWhenItIsClosed) {
  const auto tested = consumer();
  std::thread closer([&] {
    // Any thread may look.
    ASSERT_TRUE(eventually([&] { return tested->state() && tested->statistics().connected; }));
    tested->close();
  });
  // Without the end this test does not end either.
  EXPECT_THAT(tested->receive(1, std::chrono::hours(24)).value(), IsEmpty());
  closer.join();
}

}  // namespace
}  // namespace pollux::queue
