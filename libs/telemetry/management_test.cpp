#include "telemetry/management.hpp"

#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/testing/eventually.hpp"
#include "telemetry/testing/log_text.hpp"

namespace pollux::telemetry {
namespace {

using boost::asio::ip::tcp;
using testing::HasSubstr;
using testing::StartsWith;

class ManagementListenerTest : public testing::Test {
 protected:
  // The whole answer to a request without a body.
  std::string ask(const std::string& method, const std::string& path) const {
    boost::asio::io_context context;
    tcp::socket socket(context);
    socket.connect({boost::asio::ip::make_address(endpoint_.host), endpoint_.port});
    const std::string request = method + " " + path + " HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n";
    boost::asio::write(socket, boost::asio::buffer(request));
    std::string answer;
    boost::system::error_code end;
    boost::asio::read(socket, boost::asio::dynamic_buffer(answer), end);
    return answer;
  }

  Metrics metrics_;
  Readiness readiness_;
  Heartbeat heartbeat_;
  Liveness liveness_{std::chrono::milliseconds(50)};
  LogText lines_;
  Log log_{LogLevel::info, lines_.stream()};
  ManagementListener listener_{metrics_, readiness_, liveness_, log_};
  http::Endpoint endpoint_ = listener_.listen({"127.0.0.1", 0}).value();
};

TEST_F(ManagementListenerTest, IsAliveAndReady) {
  EXPECT_THAT(ask("GET", "/livez"), StartsWith("HTTP/1.1 200 "));
  EXPECT_THAT(ask("GET", "/readyz"), StartsWith("HTTP/1.1 200 "));
  EXPECT_TRUE(check_health(endpoint_));
}

TEST_F(ManagementListenerTest, IsAliveButNotReadyWhileItDrains) {
  readiness_.drain();
  EXPECT_THAT(ask("GET", "/livez"), StartsWith("HTTP/1.1 200 "));
  EXPECT_THAT(ask("GET", "/readyz"), StartsWith("HTTP/1.1 503 "));
  EXPECT_THAT(check_health(endpoint_).error().message, HasSubstr("drain: The service is about to stop."));
}

TEST_F(ManagementListenerTest, IsNotAliveWhileAThreadHangs) {
  liveness_.watch("worker", heartbeat_);
  EXPECT_TRUE(eventually([this] { return ask("GET", "/livez").starts_with("HTTP/1.1 503 "); }));
  EXPECT_THAT(ask("GET", "/livez"), HasSubstr("\"worker\" has not taken its turn"));
  EXPECT_THAT(lines_.text(), HasSubstr(R"("level":"error","message":"A thread hangs.")"));
}

TEST_F(ManagementListenerTest, NamesTheCheckThatFails) {
  readiness_.add("store", []() -> Result<void> { return unavailable("The disk is full."); });
  EXPECT_THAT(ask("GET", "/readyz"), HasSubstr("\r\n\r\nnot ready\nstore: The disk is full.\n"));
}

TEST_F(ManagementListenerTest, ShowsTheMetrics) {
  metrics_.counter("pollux_votes_accepted_total", "Votes.").add(3);
  const std::string answer = ask("GET", "/metrics");
  EXPECT_THAT(answer, HasSubstr("Content-Type: text/plain; version=0.0.4; charset=utf-8\r\n"));
  EXPECT_THAT(answer, HasSubstr("\npollux_votes_accepted_total 3\n"));
}

TEST_F(ManagementListenerTest, ShowsItsOwnRequestsTheLogAndReadiness) {
  EXPECT_THAT(ask("GET", "/readyz"), StartsWith("HTTP/1.1 200 "));
  log_.warning("The disk is nearly full.");
  // The response may arrive before it is counted.
  EXPECT_TRUE(eventually([this] {
    return ask("GET", "/metrics")
               .find(
                   "\npollux_http_request_duration_seconds_count{code=\"200\",listener=\"management\","
                   "method=\"GET\",route=\"/readyz\"} 1\n") != std::string::npos;
  }));
  const std::string shown = ask("GET", "/metrics");
  EXPECT_THAT(shown, HasSubstr("\npollux_log_lines_total{level=\"warning\"} 1\n"));
  EXPECT_THAT(shown, HasSubstr("\npollux_log_lines_total{level=\"debug\"} 0\n"));
  EXPECT_THAT(shown, HasSubstr("\npollux_ready 1\n"));
  readiness_.drain();
  EXPECT_THAT(ask("GET", "/metrics"), HasSubstr("\npollux_ready 0\n"));
}

TEST_F(ManagementListenerTest, AllowsOnlyGetAndHead) {
  EXPECT_THAT(ask("HEAD", "/readyz"), StartsWith("HTTP/1.1 200 "));
  EXPECT_THAT(ask("DELETE", "/readyz"), StartsWith("HTTP/1.1 405 "));
  EXPECT_THAT(ask("GET", "/"), StartsWith("HTTP/1.1 404 "));
}

TEST_F(ManagementListenerTest, LogsThatItShedsConnections) {
  boost::asio::io_context context;
  {
    Metrics metrics;
    ManagementListener crowded(metrics, readiness_, liveness_, log_);
    const http::Endpoint endpoint = crowded.listen({"127.0.0.1", 0}).value();
    std::vector<tcp::socket> idle;
    for (int i = 0; i < 65; ++i) {
      idle.emplace_back(context).connect({boost::asio::ip::make_address(endpoint.host), endpoint.port});
    }
    std::string nothing;
    boost::system::error_code end;
    boost::asio::read(idle.front(), boost::asio::dynamic_buffer(nothing), end);
    EXPECT_EQ(end, boost::asio::error::eof) << "the oldest makes room for the newest";
  }
  EXPECT_THAT(lines_.text(), HasSubstr("Connections are shed"));
  EXPECT_THAT(lines_.text(), HasSubstr(R"("listener":"management","connections":64)"));
}

TEST_F(ManagementListenerTest, ReportsThatAnAddressIsInUse) {
  Metrics metrics;
  ManagementListener second(metrics, readiness_, liveness_, log_);
  const auto bound = second.listen(endpoint_);
  ASSERT_FALSE(bound);
  EXPECT_THAT(bound.error().message, HasSubstr(endpoint_.text()));
}

}  // namespace
}  // namespace pollux::telemetry
