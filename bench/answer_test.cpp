#include "bench/answer.hpp"

#include <string>

#include <gtest/gtest.h>

namespace pollux::bench {
namespace {

const std::string whole =
    "HTTP/1.1 200 OK\r\nContent-length: 5\r\nSet-Cookie: voter_id=abc.def; HttpOnly\r\n\r\nhello";

TEST(FirstAnswer, HasStatusSizeAndCookie) {
  const auto answer = first_answer(whole);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 200u);
  EXPECT_EQ(answer->bytes, whole.size());
  EXPECT_EQ(answer->cookie, "voter_id=abc.def");
}

TEST(FirstAnswer, IsNothingWhileIncomplete) {
  for (std::size_t length = 0; length < whole.size(); ++length) {
    EXPECT_FALSE(first_answer(whole.substr(0, length))) << length;
  }
}

TEST(FirstAnswer, EndsWhereTheNextBegins) {
  const auto answer = first_answer(whole + whole);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->bytes, whole.size());
}

TEST(FirstAnswer, TakesTheLastFieldOfTheHeader) {
  const auto answer = first_answer("HTTP/1.1 503 Busy\r\nRetry-After: 1\r\nContent-Length: 0\r\n\r\n");
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 503u);
  EXPECT_EQ(answer->cookie, "");
}

TEST(FirstAnswer, HasStatusZeroWhereItsLengthIsUnknown) {
  const auto answer = first_answer("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 0u);
}

}  // namespace
}  // namespace pollux::bench
