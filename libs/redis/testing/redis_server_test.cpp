// The tests' own server, since every other test here believes it.
#include "redis/testing/redis_server.hpp"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace pollux::redis::testing {
namespace {

TEST(RedisServer, KeepsItsPortAndItsDataWhenItIsKilledAndStartedAgain) {
  RedisServer server({"--appendonly", "yes", "--appendfsync", "always"});
  const auto port = server.port();
  EXPECT_EQ(server.command({"SET", "poll", std::string("a\0b", 3)}).text, "OK");
  server.kill();
  EXPECT_THROW(server.command({"PING"}), std::runtime_error);
  server.start();
  EXPECT_EQ(server.port(), port);
  EXPECT_EQ(server.command({"GET", "poll"}).text, std::string("a\0b", 3));
}

TEST(RedisServer, IsReachedWithItsPassword) {
  RedisServer server({"--requirepass", "sesame"});
  EXPECT_EQ(server.url().password, "sesame");
  EXPECT_EQ(server.command({"PING"}).text, "PONG");
}

TEST(RedisServer, AnswersAgainAfterAFreeze) {
  RedisServer server;
  server.freeze();
  server.thaw();
  EXPECT_EQ(server.command({"PING"}).text, "PONG");
  server.freeze();
  server.stop();
  server.start();
  EXPECT_EQ(server.command({"PING"}).text, "PONG");
}

TEST(RedisServer, ShowsItsLogIfItDoesNotStart) {
  try {
    RedisServer server({"--maxmemory-policy", "nonsense"});
    FAIL() << "it started";
  } catch (const std::runtime_error& error) {
    EXPECT_THAT(error.what(), ::testing::HasSubstr("did not start"));
  }
}

}  // namespace
}  // namespace pollux::redis::testing
