#include "queue/redis_held_votes.hpp"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace pollux::queue {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using Ready = RedisHeldVotes::Ready;

poll::QueuedVote queued(std::uint64_t place, const std::string& voter = "ann") {
  return {{1, place},
          {poll::PollId::parse("default").value(), poll::VoterId::parse(voter).value(),
           poll::Selection::parse("a").value()}};
}

Ready ready(std::size_t stream, std::uint64_t place, const std::string& voter = "ann") {
  return {.stream = stream, .queued = queued(place, voter)};
}

bool of_any(std::size_t) {
  return true;
}

TEST(RedisHeldVotes, DeliversReadsInTurnAndEachInTheOrderOfVersions) {
  RedisHeldVotes held;
  held.add({ready(0, 5), ready(1, 4)});
  held.add({ready(1, 2), ready(0, 6)});
  EXPECT_THAT(held.deliver(3), ElementsAre(queued(4), queued(5), queued(2)));
  EXPECT_THAT(held.deliver(3), ElementsAre(queued(6)));
  EXPECT_THAT(held.deliver(3), IsEmpty());
}

TEST(RedisHeldVotes, HoldsAVoteUntilItsAcknowledgementIsConfirmed) {
  RedisHeldVotes held;
  held.add({ready(3, 1)});
  const auto batch = held.deliver(1);
  held.acknowledge(batch);
  EXPECT_THAT(held.begin_acknowledgement(of_any), ElementsAre(RedisEntryPlace{3, {1, 1}}));
  EXPECT_TRUE(held.holds({3, {1, 1}}));
  held.fail_acknowledgement();
  EXPECT_THAT(held.begin_acknowledgement(of_any), ElementsAre(RedisEntryPlace{3, {1, 1}})) << "sent again";
  held.confirm_acknowledgement();
  EXPECT_FALSE(held.holds({3, {1, 1}}));
  EXPECT_THAT(held.begin_acknowledgement(of_any), IsEmpty());
}

TEST(RedisHeldVotes, PassesOverVotesThatAreNotDelivered) {
  RedisHeldVotes held;
  held.add({ready(0, 1), ready(0, 2)});
  const auto batch = held.deliver(1);
  held.acknowledge(batch);
  held.acknowledge(batch);
  held.acknowledge(std::vector{queued(2), queued(7)});
  EXPECT_THAT(held.begin_acknowledgement(of_any), ElementsAre(RedisEntryPlace{0, {1, 1}}));
}

TEST(RedisHeldVotes, DistinguishesVotesOfTwoStreamsWithTheSameId) {
  RedisHeldVotes held;
  held.add({ready(0, 1, "ann"), ready(1, 1, "bob")});
  ASSERT_EQ(held.deliver(2).size(), 2U);
  held.acknowledge(std::vector{queued(1, "bob")});
  EXPECT_THAT(held.begin_acknowledgement(of_any), ElementsAre(RedisEntryPlace{1, {1, 1}}));
  EXPECT_THAT(held.take_back(std::vector{queued(1, "ann")}), ElementsAre(RedisEntryPlace{0, {1, 1}}));
  EXPECT_TRUE(held.nothing_delivered());
}

TEST(RedisHeldVotes, DeliversVotesThatWereGivenBackBeforeTheRestAndInOrder) {
  RedisHeldVotes held;
  held.add({ready(0, 1), ready(0, 2), ready(0, 3), ready(0, 4)});
  const auto batch = held.deliver(3);
  EXPECT_EQ(held.give_back(std::vector{batch[0]}, false), 1U);
  EXPECT_EQ(held.give_back(std::vector{batch[2], batch[1]}, false), 2U);
  EXPECT_THAT(held.deliver(10), ElementsAre(queued(1), queued(2), queued(3), queued(4)));
}

TEST(RedisHeldVotes, DeliversAVoteAloneIfItIsToBeAlone) {
  RedisHeldVotes held;
  held.add({ready(0, 1), ready(0, 2), ready(0, 3), ready(0, 4)});
  held.give_back(held.deliver(2), true);
  EXPECT_THAT(held.deliver(10), ElementsAre(queued(1)));
  EXPECT_THAT(held.deliver(10), ElementsAre(queued(2)));
  EXPECT_THAT(held.deliver(10), ElementsAre(queued(3), queued(4)));
}

TEST(RedisHeldVotes, AcknowledgesOnlyInStreamsThatAllowItNow) {
  RedisHeldVotes held;
  held.add({ready(0, 1), ready(1, 2)});
  held.acknowledge(held.deliver(2));
  EXPECT_THAT(held.begin_acknowledgement([](std::size_t stream) { return stream == 1; }),
              ElementsAre(RedisEntryPlace{1, {1, 2}}));
  held.confirm_acknowledgement();
  EXPECT_THAT(held.begin_acknowledgement(of_any), ElementsAre(RedisEntryPlace{0, {1, 1}}));
}

TEST(RedisHeldVotes, DeliversWhatRedisHasLostAndDoesNotAcknowledgeIt) {
  RedisHeldVotes held;
  held.add({ready(0, 1), ready(0, 2), ready(0, 3), ready(1, 4)});
  held.acknowledge(held.deliver(1));
  const auto second = held.deliver(1);
  held.reset(0);
  EXPECT_FALSE(held.holds({0, {1, 2}}));
  held.acknowledge(second);
  const auto rest = held.deliver(10);
  EXPECT_THAT(rest, ElementsAre(queued(3), queued(4)));
  held.acknowledge(rest);
  EXPECT_THAT(held.begin_acknowledgement(of_any), ElementsAre(RedisEntryPlace{1, {1, 4}}));
}

}  // namespace
}  // namespace pollux::queue
