#include "redis/protocol.hpp"

#include <optional>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace pollux::redis {
namespace {

using namespace std::string_literals;

TEST(EncodedCommand, IsAnArrayOfBulkStrings) {
  EXPECT_EQ(EncodedCommand({"PING"}).bytes(), "*1\r\n$4\r\nPING\r\n");
  EXPECT_EQ(EncodedCommand({"SET", "", std::string_view("a\0\r\n", 4)}).bytes(),
            "*3\r\n$3\r\nSET\r\n$0\r\n\r\n$4\r\na\0\r\n\r\n"s);
}

// The reply in the bytes; nothing if they are incomplete.
std::optional<Reply> read(std::string_view bytes) {
  ReplyReader reader;
  reader.feed(bytes);
  return reader.next().value();
}

Result<std::optional<Reply>> try_to_read(std::string_view bytes) {
  ReplyReader reader;
  reader.feed(bytes);
  return reader.next();
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

TEST(ReplyReader, BuildsNestedArrays) {
  const Reply reply = read("*3\r\n*2\r\n$3\r\n1-0\r\n*2\r\n$1\r\na\r\n:5\r\n*-1\r\n*0\r\n").value();
  ASSERT_EQ(reply.elements.size(), 3U);
  ASSERT_EQ(reply.elements[0].elements.size(), 2U);
  EXPECT_EQ(reply.elements[0].elements[0].text, "1-0");
  EXPECT_EQ(reply.elements[0].elements[1].elements.at(0).text, "a");
  EXPECT_EQ(reply.elements[0].elements[1].elements.at(1).integer, 5);
  EXPECT_EQ(reply.elements[1].kind, Reply::Kind::nil);
  EXPECT_EQ(reply.elements[2].kind, Reply::Kind::array);
}

TEST(ReplyReader, GivesAReplyOnceAllOfItIsThere) {
  ReplyReader reader;
  reader.feed("*2\r\n$1\r\na\r\n$1");
  EXPECT_FALSE(reader.next().value().has_value());
  EXPECT_GT(reader.buffered_bytes(), 0U);
  reader.feed("\r\nb\r\n+OK\r\n");
  EXPECT_EQ(reader.next().value().value().elements.at(1).text, "b");
  EXPECT_EQ(reader.next().value().value().text, "OK");
  EXPECT_FALSE(reader.next().value().has_value());
}

TEST(ReplyReader, RejectsWhatIsNotTheProtocol) {
  EXPECT_FALSE(try_to_read("HTTP/1.1 400 Bad Request\r\n"));
}

TEST(ReplyReader, RejectsAnArrayThatPromisesTooMuch) {
  EXPECT_FALSE(try_to_read("*1000000000\r\n"));
  EXPECT_FALSE(try_to_read("*2\r\n:1\r\n*1000000000\r\n"));
}

}  // namespace
}  // namespace pollux::redis
