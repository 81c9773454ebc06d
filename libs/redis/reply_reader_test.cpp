#include "redis/reply_reader.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <gtest/gtest.h>
#include <hiredis/hiredis.h>

namespace pollux::redis {
namespace {

// What the bytes of Redis's protocol say; nothing where they are refused, or not all there.
std::optional<Reply> read(std::string_view bytes) {
  const std::unique_ptr<redisReader, decltype(&redisReaderFree)> reader(
      redisReaderCreateWithFunctions(reply_functions()), &redisReaderFree);
  redisReaderFeed(reader.get(), bytes.data(), bytes.size());
  void* parsed = nullptr;
  if (redisReaderGetReply(reader.get(), &parsed) != REDIS_OK || parsed == nullptr) return std::nullopt;
  return take_reply(parsed);
}

TEST(ReplyReader, BuildsEveryKind) {
  EXPECT_EQ(read("+OK\r\n").value().text, "OK");
  EXPECT_EQ(read(":-7\r\n").value().integer, -7);
  EXPECT_EQ(read("$-1\r\n").value().kind, Reply::Kind::nil);
  const Reply bytes = read(std::string_view("$3\r\n\0\r\n\r\n", 9)).value();
  EXPECT_EQ(bytes.kind, Reply::Kind::text);
  EXPECT_EQ(bytes.text, std::string_view("\0\r\n", 3));
  const Reply error = read("-OOM command not allowed\r\n").value();
  EXPECT_TRUE(error.is_error());
  EXPECT_EQ(error.text, "OOM command not allowed");
}

TEST(ReplyReader, BuildsArraysWithinArraysInPlace) {
  const Reply reply = read("*3\r\n*2\r\n$3\r\n1-0\r\n*2\r\n$1\r\na\r\n:5\r\n*-1\r\n*0\r\n").value();
  ASSERT_EQ(reply.elements.size(), 3U);
  ASSERT_EQ(reply.elements[0].elements.size(), 2U);
  EXPECT_EQ(reply.elements[0].elements[0].text, "1-0");
  EXPECT_EQ(reply.elements[0].elements[1].elements.at(0).text, "a");
  EXPECT_EQ(reply.elements[0].elements[1].elements.at(1).integer, 5);
  EXPECT_EQ(reply.elements[1].kind, Reply::Kind::nil);
  EXPECT_EQ(reply.elements[2].kind, Reply::Kind::array);
}

TEST(ReplyReader, GivesNothingBeforeAllIsThere) {
  EXPECT_FALSE(read("*2\r\n$1\r\na\r\n").has_value());
}

TEST(ReplyReader, RefusesAnArrayThatPromisesTooMuch) {
  EXPECT_FALSE(read("*1000000000\r\n").has_value());
  EXPECT_FALSE(read("*2\r\n:1\r\n*1000000000\r\n").has_value());
}

}  // namespace
}  // namespace pollux::redis
