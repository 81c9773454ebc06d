// The client of the `healthcheck` subcommand, check_health(), with servers that answer anything.
#include <string>
#include <thread>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>
#include <gtest/gtest.h>

#include "telemetry/management.hpp"

namespace pollux::telemetry {
namespace {

using boost::asio::ip::tcp;
using std::chrono::milliseconds;

// Answers one connection with fixed bytes, or keeps it open without a word.
class OneAnswer {
 public:
  explicit OneAnswer(std::string answer) : answer_(std::move(answer)) {
    thread_ = std::thread([this] {
      tcp::socket socket(context_);
      acceptor_.accept(socket);
      boost::asio::read_until(socket, boost::asio::dynamic_buffer(request_), "\r\n\r\n");
      boost::system::error_code error;
      if (answer_.empty()) {
        socket.read_some(boost::asio::buffer(request_), error);  // until the client gives up
      } else {
        boost::asio::write(socket, boost::asio::buffer(answer_), error);
      }
    });
  }
  ~OneAnswer() { join(); }

  http::Endpoint endpoint() const { return {"127.0.0.1", acceptor_.local_endpoint().port()}; }
  const std::string& request() {
    join();
    return request_;
  }

 private:
  void join() {
    if (thread_.joinable()) thread_.join();
  }

  boost::asio::io_context context_;
  tcp::acceptor acceptor_{context_, tcp::endpoint(boost::asio::ip::address_v4::loopback(), 0)};
  std::string answer_;
  std::string request_;
  std::thread thread_;
};

TEST(HealthCheck, PassesAReadyService) {
  OneAnswer server("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nready\n");
  const auto health = check_health(server.endpoint());
  ASSERT_TRUE(health) << health.error().message;
  EXPECT_EQ(*health, "The service is ready.");
  EXPECT_TRUE(server.request().starts_with("GET /readyz HTTP/1.1\r\n")) << server.request();
}

TEST(HealthCheck, ReachesAServiceOnAllAddressesByEitherFamily) {
  for (const char* every : {"", "::", "0.0.0.0"}) {
    OneAnswer server("HTTP/1.1 200 OK\r\n\r\nready\n");  // on IPv4 alone
    EXPECT_TRUE(check_health({every, server.endpoint().port})) << every;
  }
}

TEST(HealthCheck, ReportsWhyAServiceIsNotReady) {
  OneAnswer server("HTTP/1.1 503 Service Unavailable\r\n\r\nnot ready\nstore: The disk is full.\n");
  EXPECT_EQ(check_health(server.endpoint()).error().message,
            "The service at " + server.endpoint().text() + " says: not ready; store: The disk is full.");
}

TEST(HealthCheck, GivesUpAtTheDeadline) {
  OneAnswer server("");
  EXPECT_EQ(check_health(server.endpoint(), milliseconds(20)).error().message,
            "The management listener at " + server.endpoint().text() + " did not answer within 20 ms.");
}

TEST(HealthCheck, RejectsTheResponseOfAnotherServer) {
  OneAnswer server("SSH-2.0-OpenSSH_9.2\r\n");
  EXPECT_FALSE(check_health(server.endpoint()));
}

TEST(HealthCheck, LimitsTheSizeOfTheResponse) {
  OneAnswer server("HTTP/1.1 200 OK\r\n\r\n" + std::string(1'000'000, 'x'));
  EXPECT_TRUE(check_health(server.endpoint()));
}

TEST(HealthCheck, ReportsThatTheServiceIsNotReachable) {
  const http::Endpoint endpoint{"127.0.0.1", 1};
  EXPECT_EQ(check_health(endpoint).error().message,
            "The management listener at 127.0.0.1:1 cannot be reached: Connection refused.");
}

}  // namespace
}  // namespace pollux::telemetry
