#include "queue/redis_voter_key.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "queue/redis_keys.hpp"
#include "redis/testing/redis_server.hpp"

namespace pollux::queue {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;
using testing::Not;

VoterKey key_of(std::uint8_t byte) {
  VoterKey key;
  key.fill(byte);
  return key;
}

class RedisVoterKey : public testing::Test {
 protected:
  redis::testing::RedisServer server_;
};

TEST_F(RedisVoterKey, IsTheSameForAllWhoAsk) {
  EXPECT_EQ(share_voter_key(server_.url(), key_of(0xA7)).value(), key_of(0xA7));
  EXPECT_EQ(share_voter_key(server_.url(), key_of(0x01)).value(), key_of(0xA7));
  EXPECT_EQ(server_.command({"GET", "pollux:voter-key"}).text.size(), 64U);
}

TEST_F(RedisVoterKey, OfARunningServiceIsPutBackWhereRedisHasLostIt) {
  redis::SyncClient client(server_.url(), {});
  ASSERT_EQ(share_voter_key(server_.url(), key_of(0xA7)).value(), key_of(0xA7));
  EXPECT_FALSE(keep_voter_key(client, key_of(0xA7)).value());
  server_.command({"FLUSHALL"});
  EXPECT_TRUE(keep_voter_key(client, key_of(0xA7)).value());
  EXPECT_EQ(share_voter_key(server_.url(), key_of(0x01)).value(), key_of(0xA7));
}

TEST_F(RedisVoterKey, OfAnotherServiceIsLeftAndAskedARestartFor) {
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

TEST_F(RedisVoterKey, IsRefusedWhereItIsNone) {
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

TEST_F(RedisVoterKey, IsNotWaitedForLongerThanAllowed) {
  server_.freeze();
  const auto key = share_voter_key(server_.url(), key_of(1), {milliseconds(100), milliseconds(100)});
  ASSERT_FALSE(key);
  EXPECT_EQ(key.error().code, ErrorCode::unavailable);
  EXPECT_THAT(key.error().message, HasSubstr("did not answer"));
}

}  // namespace
}  // namespace pollux::queue
