#include "bench/http_client.hpp"

#include <string>

#include <gtest/gtest.h>

namespace pollux::bench {
namespace {

const std::string whole =
    "HTTP/1.1 200 OK\r\nContent-length: 5\r\nSet-Cookie: voter_id=abc.def; HttpOnly\r\n\r\nhello";

TEST(FirstResponse, HasStatusSizeAndCookie) {
  const auto response = first_response(whole);
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 200u);
  EXPECT_EQ(response->bytes, whole.size());
  EXPECT_EQ(response->cookie, "voter_id=abc.def");
}

TEST(FirstResponse, IsEmptyWhileIncomplete) {
  for (std::size_t length = 0; length < whole.size(); ++length) {
    EXPECT_FALSE(first_response(whole.substr(0, length))) << length;
  }
}

TEST(FirstResponse, StopsAtTheNextResponse) {
  const auto response = first_response(whole + whole);
  ASSERT_TRUE(response);
  EXPECT_EQ(response->bytes, whole.size());
}

TEST(FirstResponse, ReadsTheLastHeaderField) {
  const auto response = first_response("HTTP/1.1 503 Busy\r\nRetry-After: 1\r\nContent-Length: 0\r\n\r\n");
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 503u);
  EXPECT_EQ(response->cookie, "");
}

TEST(FirstResponse, HasStatusZeroIfItsLengthIsUnknown) {
  const auto response = first_response("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 0u);
}

}  // namespace
}  // namespace pollux::bench
