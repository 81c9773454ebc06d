#include "telemetry/server_telemetry.hpp"

#include <algorithm>
#include <iostream>
#include <new>
#include <optional>
#include <sstream>
#include <stdexcept>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace pollux::telemetry {
namespace {

using testing::HasSubstr;

http::HandlerFailure failure(std::string_view path, std::exception_ptr exception) {
  return {.method = "POST",
          .path = path,
          .request_id = "c0ffee0012345678",
          .what = "The disk is on fire.",
          .exception = std::move(exception)};
}

TEST(FailedRequests, AreLoggedOncePerRoute) {
  std::ostringstream lines;
  Log log(LogLevel::info, lines);
  const auto report = report_failed_requests("vote", log);
  const auto passing = std::make_exception_ptr(std::runtime_error("The disk is on fire."));
  for (int i = 0; i < 3; ++i) report(failure("/", passing));
  report(failure("/results", nullptr));
  const std::string text = lines.str();
  EXPECT_EQ(std::ranges::count(text, '\n'), 2);
  EXPECT_THAT(text,
              HasSubstr(R"("listener":"vote","method":"POST","path":"/","request_id":"c0ffee0012345678",)"
                        R"("reason":"The disk is on fire.")"));
  EXPECT_THAT(text, HasSubstr(R"("path":"/results")"));
}

TEST(FailedRequests, OfAWebSocketHaveNoRequestId) {
  std::ostringstream lines;
  Log log(LogLevel::info, lines);
  report_failed_requests("result", log)({.method = "WebSocket", .what = "The disk is on fire."});
  EXPECT_THAT(lines.str(), HasSubstr(R"("method":"WebSocket","path":"","reason":"The disk is on fire.")"));
}

TEST(FailedRequests, DistinguishABrokenInvariantFromATransientError) {
  EXPECT_FALSE(is_broken_invariant(nullptr));
  EXPECT_FALSE(is_broken_invariant(std::make_exception_ptr(std::runtime_error(""))));
  EXPECT_FALSE(is_broken_invariant(std::make_exception_ptr(std::bad_alloc())));
  EXPECT_TRUE(is_broken_invariant(std::make_exception_ptr(std::logic_error(""))));
  EXPECT_TRUE(is_broken_invariant(std::make_exception_ptr(std::bad_optional_access())));
}

TEST(FailedRequestsDeathTest, AbortTheProcessAfterABrokenInvariant) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  const auto broken = std::make_exception_ptr(std::logic_error("value() of an error"));
  EXPECT_DEATH(
      {
        Log log(LogLevel::info, std::cerr);
        report_failed_requests("vote", log)(failure("/", broken));
      },
      "A broken invariant ends the process.*\"path\":\"/\"");
}

}  // namespace

}  // namespace pollux::telemetry
