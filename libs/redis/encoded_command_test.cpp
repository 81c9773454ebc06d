#include "redis/encoded_command.hpp"

#include <string>

#include <gtest/gtest.h>

namespace pollux::redis {
namespace {

using namespace std::string_literals;

TEST(EncodedCommand, IsAnArrayOfBulkStrings) {
  EXPECT_EQ(EncodedCommand({"PING"}).bytes(), "*1\r\n$4\r\nPING\r\n");
  EXPECT_EQ(EncodedCommand({"SET", "", std::string_view("a\0\r\n", 4)}).bytes(),
            "*3\r\n$3\r\nSET\r\n$0\r\n\r\n$4\r\na\0\r\n\r\n"s);
}

}  // namespace
}  // namespace pollux::redis
