#include "redis/server_check.hpp"

#include <cstdint>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "redis/testing/redis_server.hpp"

namespace pollux::redis {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using testing::RedisServer;

Url database_of(const RedisServer& server, std::uint32_t database) {
  Url url = server.url();
  url.database = database;
  return url;
}

TEST(RedisServerCheck, AcceptsAServerAndItsDatabases) {
  const RedisServer server;
  EXPECT_TRUE(check_server(server.url()));
  EXPECT_TRUE(check_server(database_of(server, 15)));
  EXPECT_THAT(check_server(database_of(server, 16)).error().message, HasSubstr("DB index is out of range"));
}

TEST(RedisServerCheck, AcceptsAUserWhoMayNotAsk) {
  const RedisServer server;
  server.command({"ACL", "SETUSER", "vote", "on", ">sesame", "~*", "+@all", "-@admin", "-@dangerous"});
  Url url = server.url();
  url.user = "vote";
  url.password = "sesame";
  EXPECT_TRUE(check_server(url));
}

TEST(RedisMemory, IsWhatTheServerReports) {
  const RedisServer server;
  const auto memory = [&] { return memory_of(server.command({"INFO", "memory"})); };
  EXPECT_GT(memory().used_bytes.value(), 100'000U);
  EXPECT_EQ(memory().max_bytes, 0U);
  EXPECT_EQ(memory().noeviction, true);
  server.command({"CONFIG", "SET", "maxmemory", "100mb"});
  server.command({"CONFIG", "SET", "maxmemory-policy", "volatile-ttl"});
  EXPECT_EQ(memory().max_bytes, 104'857'600U);
  EXPECT_EQ(memory().noeviction, false);
}

TEST(RedisMemory, IsUnknownIfTheServerDoesNotReportIt) {
  for (const Reply& info : {Reply{.kind = Reply::Kind::error, .text = "NOPERM this user has no permissions"},
                            Reply{.kind = Reply::Kind::text, .text = "used_memory:lots\r\nmaxmemory:\r\n"}}) {
    const Memory memory = memory_of(info);
    EXPECT_FALSE(memory.used_bytes);
    EXPECT_FALSE(memory.max_bytes);
    EXPECT_FALSE(memory.noeviction);
  }
}

TEST(RedisServerCheck, RejectsASentinelAndNamesThePrimary) {
  const RedisServer primary;
  const TemporaryDirectory directory;
  const RedisServer sentinel({directory
                                  .write("sentinel.conf", "sentinel monitor votes 127.0.0.1 " +
                                                              std::to_string(primary.port()) + " 1\n")
                                  .string(),
                              "--sentinel"},
                             RedisServer::sentinel);
  for (const std::uint32_t database : {0U, 3U}) {
    const auto checked = check_server(database_of(sentinel, database));
    ASSERT_FALSE(checked);
    EXPECT_EQ(checked.error().code, ErrorCode::invalid) << "no waiting fixes it";
    EXPECT_THAT(checked.error().message,
                AllOf(HasSubstr("Sentinel"), HasSubstr("127.0.0.1:" + std::to_string(primary.port()))));
  }
}

// One shard that has every slot still wants all keys of a script or command in one slot, which is why there
// is no exception for it.
TEST(RedisServerCheck, RejectsEvenAClusterOfOneShardAndSaysWhatWorks) {
  const RedisServer server({"--cluster-enabled", "yes"});
  server.command({"CLUSTER", "ADDSLOTSRANGE", "0", "16383"});
  const Reply script = server.command({"EVAL", "return 1", "2", "pollux:votes:0", "pollux:dead-letters"});
  EXPECT_THAT(script.text, HasSubstr("CROSSSLOT"));
  for (const std::uint32_t database : {0U, 3U}) {
    const auto checked = check_server(database_of(server, database));
    ASSERT_FALSE(checked);
    EXPECT_EQ(checked.error().code, ErrorCode::invalid) << "no waiting fixes it";
    EXPECT_THAT(checked.error().message,
                AllOf(HasSubstr("Redis Cluster"), HasSubstr("without cluster mode")));
  }
}

TEST(RedisServerCheck, ReportsAnEvictionPolicyThatLosesVotes) {
  const RedisServer server;
  const auto check = [&](const std::string& policy, const std::string& limit) {
    server.command({"CONFIG", "SET", "maxmemory-policy", policy});
    server.command({"CONFIG", "SET", "maxmemory", limit});
    return keeps_data_when_full(server.url(), server.command({"INFO", "memory"}));
  };
  for (const auto* policy : {"allkeys-lru", "allkeys-random"}) {
    const auto checked = check(policy, "100mb");
    ASSERT_FALSE(checked) << policy;
    EXPECT_THAT(checked.error().message, AllOf(HasSubstr(policy), HasSubstr("Set it to noeviction")));
    EXPECT_EQ(check_server(server.url()).value(), "") << "readiness says it";
  }
  EXPECT_TRUE(check("noeviction", "100mb"));
  EXPECT_EQ(check_server(server.url()).value(), "");
  EXPECT_TRUE(keeps_data_when_full(server.url(), {.kind = Reply::Kind::error, .text = "NOPERM"}));
}

TEST(RedisServerCheck, WarnsOfAPolicyUnderWhichNoVoteIsLost) {
  const RedisServer server;
  server.command({"CONFIG", "SET", "maxmemory-policy", "allkeys-lru"});
  EXPECT_TRUE(keeps_data_when_full(server.url(), server.command({"INFO", "memory"}))) << "there is no limit";
  EXPECT_THAT(check_server(server.url()).value(),
              AllOf(HasSubstr("allkeys-lru"), HasSubstr("as long as maxmemory is 0")));
  server.command({"CONFIG", "SET", "maxmemory-policy", "volatile-ttl"});
  server.command({"CONFIG", "SET", "maxmemory", "100mb"});
  EXPECT_TRUE(keeps_data_when_full(server.url(), server.command({"INFO", "memory"})));
  EXPECT_THAT(check_server(server.url()).value(), AllOf(HasSubstr("volatile-ttl"), HasSubstr("noeviction")));
}

// What the above relies on.
TEST(RedisServerCheck, ReliesOnRedisToRejectWritesRatherThanEvictKeysWithoutATimeToLive) {
  const RedisServer server;
  server.command({"CONFIG", "SET", "maxmemory-policy", "volatile-lru"});
  server.command({"CONFIG", "SET", "maxmemory", "4mb"});
  std::int64_t accepted = 0;
  while (!server.command({"XADD", "stream", "*", "vote", std::string(100'000, 'x')}).is_error()) {
    ASSERT_LT(++accepted, 100);
  }
  EXPECT_GT(accepted, 0);
  EXPECT_EQ(server.command({"XLEN", "stream"}).integer, accepted);
}

TEST(RedisServerCheck, ReadsFieldsOfInfo) {
  const std::string info = "# Server\r\nredis_mode:standalone\r\nredis_mode_x:no\r\nempty:\r\nlast:1";
  EXPECT_EQ(info_field(info, "redis_mode"), "standalone");
  EXPECT_EQ(info_field(info, "empty"), "");
  EXPECT_EQ(info_field(info, "last"), "1");
  EXPECT_EQ(info_field(info, "mode"), "");
}

}  // namespace
}  // namespace pollux::redis
