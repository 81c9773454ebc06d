#include "queue/redis_agreement.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "redis/testing/redis_server.hpp"

namespace pollux::queue {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;
using testing::Not;

poll::PollId id(const std::string& text) {
  return poll::PollId::parse(text).value();
}

poll::Poll poll(const std::string& question, const std::vector<std::string>& labels,
                const std::string& run = "default") {
  return poll::Poll::create(id(run), question, labels).value();
}

const poll::Poll cats = poll("Cats vs Dogs!", {"Cats", "Dogs"});
const poll::Poll noodles = poll("Noodles vs Pizza!", {"Noodles", "Pizza"});

class RedisPolls : public testing::Test {
 protected:
  redis::testing::RedisServer server_;
  redis::SyncClient client_{server_.url(), {}};
};

TEST_F(RedisPolls, AreWhatTheFirstServiceAsks) {
  EXPECT_EQ(register_poll(client_, cats, false).value(), poll::definition_of(cats));
  EXPECT_EQ(register_poll(client_, cats, false).value(), poll::definition_of(cats));
  const auto other = register_poll(client_, noodles, false);
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().code, ErrorCode::invalid);
  EXPECT_THAT(other.error().message, HasSubstr("ask \"Cats vs Dogs!\" (Cats, Dogs)"));
  EXPECT_EQ(registered_polls(client_).value().at(id("default")), poll::definition_of(cats));
}

TEST_F(RedisPolls, AreApartForEachRun) {
  const poll::Poll second = poll("Noodles vs Pizza!", {"Noodles", "Pizza"}, "default.2");
  ASSERT_TRUE(register_poll(client_, cats, false));
  ASSERT_TRUE(register_poll(client_, second, false));
  EXPECT_EQ(registered_polls(client_).value().size(), 2U);
}

TEST_F(RedisPolls, AreReplacedByACorrectionAndByAnotherWordingOnRequest) {
  ASSERT_TRUE(register_poll(client_, cats, false));
  const poll::Poll corrected = poll("Cats vs Dogs?", {"Cats", "Dogs"});
  EXPECT_EQ(register_poll(client_, corrected, false).value(), poll::definition_of(cats))
      << "what was there before";
  EXPECT_EQ(registered_polls(client_).value().at(id("default")), poll::definition_of(corrected));
  EXPECT_TRUE(register_poll(client_, noodles, true));
  EXPECT_EQ(registered_polls(client_).value().at(id("default")), poll::definition_of(noodles));
}

TEST_F(RedisPolls, AreLeftAsTheyAreByARunningServiceWithAnotherWording) {
  const poll::Poll corrected = poll("Cats vs Dogs?", {"Cats", "Dogs"});
  ASSERT_TRUE(register_poll(client_, cats, false));
  ASSERT_TRUE(register_poll(client_, corrected, false));
  EXPECT_EQ(keep_poll_registered(client_, id("default"), poll::definition_of(cats)).value(),
            poll::definition_of(corrected));
  EXPECT_EQ(registered_polls(client_).value().at(id("default")), poll::definition_of(corrected));
}

TEST_F(RedisPolls, AreRegisteredAgainAfterRedisHasLostThem) {
  ASSERT_TRUE(register_poll(client_, cats, false));
  server_.command({"DEL", "pollux:polls"});
  EXPECT_EQ(keep_poll_registered(client_, id("default"), poll::definition_of(cats)).value(),
            poll::definition_of(cats));
  EXPECT_EQ(registered_polls(client_).value().at(id("default")), poll::definition_of(cats));
}

TEST_F(RedisPolls, LeaveOutWhatIsNone) {
  server_.command({"HSET", "pollux:polls", "default", "no labels"});
  EXPECT_TRUE(registered_polls(client_).value().empty());
  EXPECT_THAT(register_poll(client_, cats, false).error().message, HasSubstr("no poll"));
}

VoterKey key_of(std::uint8_t byte) {
  VoterKey key;
  key.fill(byte);
  return key;
}

class RedisVoterKey : public testing::Test {
 protected:
  redis::testing::RedisServer server_;
};

TEST_F(RedisVoterKey, IsTheSameForAllServices) {
  EXPECT_EQ(share_voter_key(server_.url(), key_of(0xA7)).value(), key_of(0xA7));
  EXPECT_EQ(share_voter_key(server_.url(), key_of(0x01)).value(), key_of(0xA7));
  EXPECT_EQ(server_.command({"GET", "pollux:voter-key"}).text.size(), 64U);
}

TEST_F(RedisVoterKey, OfARunningServiceIsRestoredAfterRedisHasLostIt) {
  redis::SyncClient client(server_.url(), {});
  ASSERT_EQ(share_voter_key(server_.url(), key_of(0xA7)).value(), key_of(0xA7));
  EXPECT_FALSE(keep_voter_key(client, key_of(0xA7)).value());
  server_.command({"FLUSHALL"});
  EXPECT_TRUE(keep_voter_key(client, key_of(0xA7)).value());
  EXPECT_EQ(share_voter_key(server_.url(), key_of(0x01)).value(), key_of(0xA7));
}

TEST_F(RedisVoterKey, OfAnotherServiceStaysAndTheErrorAsksForARestart) {
  redis::SyncClient client(server_.url(), {});
  ASSERT_TRUE(share_voter_key(server_.url(), key_of(0x01)));
  const auto kept = keep_voter_key(client, key_of(0xA7));
  ASSERT_FALSE(kept);
  EXPECT_EQ(kept.error().code, ErrorCode::invalid);
  EXPECT_THAT(kept.error().message, HasSubstr("Restart this service"));
  EXPECT_THAT(kept.error().message, Not(HasSubstr("0101")));
  EXPECT_THAT(kept.error().message, Not(HasSubstr("a7a7")));
  EXPECT_EQ(share_voter_key(server_.url(), key_of(0x02)).value(), key_of(0x01));
}

TEST_F(RedisVoterKey, IsRejectedIfItIsNoKey) {
  const std::string name(voter_key_key);
  for (const std::string& text : {std::string("short"), std::string(64, 'g'), std::string(65, 'a')}) {
    server_.command({"SET", name, text});
    const auto key = share_voter_key(server_.url(), key_of(1));
    ASSERT_FALSE(key);
    EXPECT_THAT(key.error().message, HasSubstr("no key"));
    EXPECT_THAT(key.error().message, Not(HasSubstr(text))) << "it may be a key after all";
  }
  server_.command({"DEL", name});
  server_.command({"RPUSH", name, "element"});
  EXPECT_THAT(share_voter_key(server_.url(), key_of(1)).error().message, HasSubstr("WRONGTYPE"));
}

TEST_F(RedisVoterKey, IsNotWaitedForBeyondTheLimits) {
  server_.freeze();
  const auto key = share_voter_key(server_.url(), key_of(1), {milliseconds(100), milliseconds(100)});
  ASSERT_FALSE(key);
  EXPECT_EQ(key.error().code, ErrorCode::unavailable);
  EXPECT_THAT(key.error().message, HasSubstr("did not answer"));
}

}  // namespace
}  // namespace pollux::queue
