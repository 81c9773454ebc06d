#include "redis/url.hpp"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace pollux::redis {
namespace {

std::string error_of(std::string_view text) {
  const auto url = Url::parse(text);
  if (url) return "(accepted)";
  EXPECT_EQ(url.error().code, ErrorCode::invalid);
  return url.error().message;
}

TEST(RedisUrl, HasDefaults) {
  EXPECT_EQ(Url::parse("redis://redis").value(), (Url{.host = "redis", .port = 6379}));
  EXPECT_EQ(Url::parse("redis://redis/").value(), (Url{.host = "redis"}));
}

TEST(RedisUrl, ReadsEveryPart) {
  EXPECT_EQ(
      Url::parse("redis://vote:s3cret@cache.example:6380/12").value(),
      (Url{.host = "cache.example", .port = 6380, .user = "vote", .password = "s3cret", .database = 12}));
  EXPECT_EQ(Url::parse("redis://:p%40ss%2F%23%3A%25@h").value(), (Url{.host = "h", .password = "p@ss/#:%"}));
  EXPECT_EQ(Url::parse("redis://[::1]:7000").value(), (Url{.host = "::1", .port = 7000}));
}

TEST(RedisUrl, ReadsUnixSockets) {
  EXPECT_EQ(Url::parse("unix:///run/redis/redis.sock").value(),
            (Url{.socket_path = "/run/redis/redis.sock"}));
  EXPECT_EQ(Url::parse("unix://u:p@/r.sock?db=3").value(),
            (Url{.socket_path = "/r.sock", .user = "u", .password = "p", .database = 3}));
  EXPECT_THAT(error_of("unix://run/redis.sock"), ::testing::HasSubstr("three slashes"));
  EXPECT_THAT(error_of("unix:///" + std::string(107, 'x')), ::testing::HasSubstr("at most 107 bytes"));
  EXPECT_THAT(error_of("unix:///r.sock?user=x"), ::testing::HasSubstr("?db="));
}

TEST(RedisUrl, SaysWhatIsWrong) {
  EXPECT_THAT(error_of(""), ::testing::HasSubstr("is empty"));
  EXPECT_THAT(error_of("redis"), ::testing::HasSubstr("well-formed"));
  EXPECT_THAT(error_of("http://redis"),
              ::testing::HasSubstr("begins with none of redis://, rediss:// (TLS) and unix://"));
  EXPECT_THAT(error_of("redis://"), ::testing::HasSubstr("names no host"));
  EXPECT_THAT(error_of("redis://h:0"), ::testing::HasSubstr("port"));
  EXPECT_THAT(error_of("redis://h:65536"), ::testing::HasSubstr("port"));
  EXPECT_THAT(error_of("redis://h/x"), ::testing::HasSubstr("database"));
  EXPECT_THAT(error_of("redis://h/-1"), ::testing::HasSubstr("database"));
  EXPECT_THAT(error_of("redis://h/1/2"), ::testing::HasSubstr("database"));
  EXPECT_THAT(error_of("redis://h?db=1"), ::testing::HasSubstr("question mark"));
  EXPECT_THAT(error_of("redis://secret@h"), ::testing::HasSubstr("a user and no password"));
  EXPECT_THAT(error_of("redis://h%00x"), ::testing::HasSubstr("plain text"));
  EXPECT_THAT(error_of("redis://" + std::string(3000, 'h')), ::testing::HasSubstr("2048 bytes"));
}

TEST(RedisUrl, NeverShowsAPassword) {
  for (const auto* text :
       {"redis://u:zyzzx@", "redis://u:zyz@zx@h", "redis://u:zyzzx/x@h", "redis://u:1/zyzzx@h",
        "redis://:zyzzx@h:99999", "redis://:1#zyzzx@h", "rediss://:zyzzx@h:0", "redis://zyzzx@h",
        "redis://:zyzzx%@h", "unix://:zyzzx@h/x", "redis://:zyzzx@h/zyzzx"}) {
    EXPECT_THAT(error_of(text), ::testing::Not(::testing::HasSubstr("zyzzx"))) << text;
    EXPECT_THAT(error_of(text), ::testing::Not(::testing::HasSubstr("zx"))) << text;
  }
  for (const auto* text : {"redis://u:zyzzx@h:1/2", "redis://:zyzzx@h", "unix://u:zyzzx@/run/r.sock"}) {
    EXPECT_THAT(Url::parse(text).value().text(), ::testing::Not(::testing::HasSubstr("zyzzx")));
  }
}

TEST(RedisUrl, AsksForTls) {
  Url tls = Url::parse("rediss://u:p@h/2").value();
  EXPECT_TRUE(tls.tls);
  EXPECT_EQ(tls.port, 6379);
  EXPECT_EQ(tls.text(), "rediss://u@h:6379/2");
  EXPECT_FALSE(Url::parse("redis://h").value().tls);
  tls.tls_options.certificate_file = "/c.pem";
  EXPECT_THAT(tls.check().error().message, ::testing::HasSubstr("needed together"));
  Url plain = Url::parse("redis://h").value();
  plain.tls_options.ca_file = "/ca.pem";
  EXPECT_THAT(plain.check().error().message, ::testing::HasSubstr("begins with rediss://"));
}

TEST(RedisUrl, MayLeaveThePasswordToAnotherSetting) {
  Url url = Url::parse("redis://vote@h", true).value();
  EXPECT_EQ(url.user, "vote");
  EXPECT_THAT(url.check().error().message, ::testing::HasSubstr("a user and no password"));
  EXPECT_THAT(url.check().error().message, ::testing::Not(::testing::HasSubstr("vote")));
  url.password = "p";
  EXPECT_TRUE(url.check());
}

TEST(RedisUrl, HasATextForLogs) {
  EXPECT_EQ(Url::parse("redis://u:p@h/2").value().text(), "redis://u@h:6379/2");
  EXPECT_EQ(Url::parse("redis://[::1]").value().text(), "redis://[::1]:6379");
  EXPECT_EQ(Url::parse("unix:///run/r.sock?db=2").value().text(), "unix:///run/r.sock?db=2");
}

}  // namespace
}  // namespace pollux::redis
