#include "queue/redis_polls.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "redis/testing/redis_server.hpp"

namespace pollux::queue {
namespace {

using testing::HasSubstr;

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

TEST_F(RedisPolls, AreRegisteredAgainWhereRedisLostThem) {
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

}  // namespace
}  // namespace pollux::queue
