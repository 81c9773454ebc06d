// Engine.IO by long-polling and the upgrade from it, over real sockets. The conformance cases are in
// libs/socketio.
#include <chrono>
#include <optional>
#include <string>
#include <thread>

#include <gtest/gtest.h>

#include "base/testing/eventually.hpp"
#include "engineio/testing/echo_server.hpp"
#include "engineio/testing/http_client.hpp"
#include "engineio/testing/web_socket_client.hpp"

namespace pollux::engineio::testing {
namespace {

using std::chrono::milliseconds;

class EngineIoPolling : public ::testing::TestWithParam<std::size_t> {
 protected:
  explicit EngineIoPolling(Options options = calm_options())
      : server_(std::move(options), echo(), GetParam()) {}

  const Statistics& statistics() { return server_.engine().statistics(); }
  bool has_waiting_polls(std::int64_t count) {
    return eventually([&] { return statistics().waiting_polls == count; });
  }
  bool has_closed(CloseReason reason) {
    return eventually([&] { return statistics().closed_for(reason) == 1; });
  }
  WebSocketClient try_web_socket(const PollingClient& client) {
    return WebSocketClient(server_.port(), client.target("websocket"));
  }

  EchoServer server_;
};

INSTANTIATE_TEST_SUITE_P(IoThreads, EngineIoPolling, ::testing::Values(1, 4),
                         ::testing::PrintToStringParamName());

TEST_P(EngineIoPolling, AnswersAreNotForCaches) {
  const PollingClient client(server_.port());
  EXPECT_NE(client.opening().head.find("\r\nCache-Control: no-store\r\n"), std::string::npos);
  EXPECT_NE(client.opening().head.find("\r\nContent-Type: text/plain; charset=UTF-8\r\n"), std::string::npos);
  EXPECT_EQ(client.opening().head.find("Access-Control"), std::string::npos);
}

TEST_P(EngineIoPolling, AWaitingPollIsAnsweredByTheNextMessage) {
  const PollingClient client(server_.port());
  auto poll = client.begin_get();
  ASSERT_TRUE(has_waiting_polls(1));
  EXPECT_EQ(client
                .post("4one\x1e"
                      "4two")
                .body,
            "ok");
  EXPECT_EQ(poll.answer().body,
            "4one\x1e"
            "4two");
  EXPECT_TRUE(has_waiting_polls(0));
}

TEST_P(EngineIoPolling, ServesManySessionsFromAnyThread) {
  for (int i = 0; i < 32; ++i) {
    const PollingClient client(server_.port());
    const std::string message = "4" + std::to_string(i);
    EXPECT_EQ(client.post(message).body, "ok");
    EXPECT_EQ(client.get().body, message);
  }
  EXPECT_EQ(statistics().sessions_on(Transport::polling), 32);
}

TEST_P(EngineIoPolling, RejectsABodyBeyondTheMaximumPayload) {
  const PollingClient client(server_.port());
  EXPECT_EQ(client.post(std::string(1'000'001, '4')).status, 413U);
  EXPECT_EQ(client.post("4" + std::string(999'999, 'a')).body, "ok");
  EXPECT_EQ(client.get().body.size(), 1'000'000U);
}

TEST_P(EngineIoPolling, ClosesOnAnOctetStream) {
  const PollingClient client(server_.port());
  const http::WireAnswer answer = client.post("4hello", "Content-Type: application/octet-stream\r\n");
  EXPECT_EQ(answer.status, 400U);
  EXPECT_EQ(answer.body, "");
  EXPECT_TRUE(has_closed(CloseReason::malformed));
  EXPECT_EQ(client.get().body, R"({"code":1,"message":"Session ID unknown"})");
}

TEST_P(EngineIoPolling, ClosesOnMorePacketsThanAllowed) {
  const PollingClient client(server_.port());
  std::string pongs = "3";
  for (std::size_t i = 1; i < Options().payload_packets; ++i)
    pongs +=
        "\x1e"
        "3";
  EXPECT_EQ(client.post(pongs).body, "ok");
  EXPECT_EQ(client
                .post(pongs + "\x1e"
                              "3")
                .status,
            400);
  EXPECT_TRUE(has_closed(CloseReason::malformed));
}

TEST_P(EngineIoPolling, DropsAClientThatDoesNotPoll) {
  const PollingClient client(server_.port());
  const std::string message = "4" + std::string(900'000, 'a');
  for (int i = 0; i < 10 && client.post(message).status == 200; ++i) {
  }
  EXPECT_TRUE(has_closed(CloseReason::too_slow));
  EXPECT_TRUE(eventually([&] { return statistics().sessions == 0; }));
}

TEST_P(EngineIoPolling, DrainFailsWaitingPollsAndRejectsNewSessions) {
  const PollingClient idle(server_.port());
  const PollingClient client(server_.port());
  auto poll = client.begin_get();
  ASSERT_TRUE(has_waiting_polls(1));
  server_.engine().drain();
  EXPECT_EQ(poll.answer().status, 503U);  // not a close packet, after which some clients stay away
  EXPECT_EQ(PollingClient(server_.port()).opening().status, 503U);
  EXPECT_TRUE(eventually([&] { return statistics().sessions == 0; }));
  EXPECT_EQ(idle.get().status, 400U);
}

TEST_P(EngineIoPolling, DrainClosesAnUpgradeUnderWayWhenItIsMade) {
  const PollingClient client(server_.port());
  WebSocketClient upgrades = try_web_socket(client);
  upgrades.send_text("2probe");
  EXPECT_EQ(upgrades.receive_text(), "3probe");
  server_.engine().drain();
  ASSERT_TRUE(has_closed(CloseReason::draining));
  EXPECT_EQ(upgrades.receive(milliseconds(20)).kind, Arrival::Kind::nothing);
  upgrades.send_text("5");
  EXPECT_EQ(upgrades.receive().kind, Arrival::Kind::close);
}

TEST_P(EngineIoPolling, DrainDropsAnUpgradeThatIsNotMade) {
  const PollingClient client(server_.port());
  WebSocketClient socket = try_web_socket(client);
  socket.send_text("2probe");
  EXPECT_EQ(socket.receive_text(), "3probe");
  server_.engine().drain();
  EXPECT_TRUE(socket.is_closed_within());
}

TEST_P(EngineIoPolling, CountsTheUpgrade) {
  const PollingClient client(server_.port());
  WebSocketClient socket = try_web_socket(client);
  socket.send_text("2probe");
  EXPECT_EQ(socket.receive_text(), "3probe");
  EXPECT_EQ(statistics().sessions_on(Transport::polling), 1);
  socket.send_text("5");
  EXPECT_TRUE(eventually([&] { return statistics().sessions_on(Transport::websocket) == 1; }));
  EXPECT_EQ(statistics().sessions_on(Transport::polling), 0);
  EXPECT_EQ(statistics().probes, 1U);
  EXPECT_EQ(statistics().upgraded, 1U);
}

TEST_P(EngineIoPolling, TheUpgradeLosesNothing) {
  const PollingClient client(server_.port());
  WebSocketClient socket = try_web_socket(client);
  socket.send_text("2probe");
  EXPECT_EQ(socket.receive_text(), "3probe");
  EXPECT_EQ(client
                .post("4queued\x1e"
                      "bAQID")
                .body,
            "ok");
  socket.send_text("5");
  socket.send_text("4sent");
  EXPECT_EQ(socket.receive_text(), "4queued");
  EXPECT_EQ(socket.receive_binary(), "\x01\x02\x03");
  EXPECT_EQ(socket.receive_text(), "4sent");
}

TEST_P(EngineIoPolling, AnUpgradedClientThatDoesNotReadIsDropped) {
  const PollingClient client(server_.port());
  WebSocketClient socket = try_web_socket(client);
  socket.send_text("2probe");
  EXPECT_EQ(socket.receive_text(), "3probe");
  socket.send_text("5");
  for (int i = 0; i < 400; ++i) socket.send_text("4" + std::string(90'000, 'a'));
  EXPECT_TRUE(eventually([&] { return statistics().sessions == 0; }));
}

TEST_P(EngineIoPolling, AWrongProbeLeavesTheSessionPolling) {
  const PollingClient client(server_.port());
  for (const char* packet : {"abc", "5", "4hello", "2"}) {
    std::optional<WebSocketClient> socket;
    // Until the server has seen that the one before has gone.
    ASSERT_TRUE(eventually([&] {
      socket.emplace(server_.port(), client.target("websocket"));
      return socket->is_upgraded();
    })) << packet;
    socket->send_text(packet);
    EXPECT_TRUE(socket->is_closed_within()) << packet;
    EXPECT_EQ(client.post("4hello").body, "ok");
    EXPECT_EQ(client.get().body, "4hello");
  }
}

TEST_P(EngineIoPolling, ASecondProbeIsClosedWhileOneIsOpen) {
  const PollingClient client(server_.port());
  WebSocketClient first = try_web_socket(client);
  WebSocketClient second = try_web_socket(client);
  EXPECT_TRUE(second.is_upgraded());
  EXPECT_EQ(second.receive().close_code, 1000U);
  first.send_text("2probe");
  EXPECT_EQ(first.receive_text(), "3probe");
}

TEST(EngineIoPollingLimits, AProbeHasATimeLimit) {
  Options options = calm_options();
  options.upgrade_time = milliseconds(50);
  options.ping_times.timeout = milliseconds(200);  // the timer's period follows it
  EchoServer server(options);
  const PollingClient client(server.port());
  WebSocketClient socket(server.port(), client.target("websocket"));
  socket.send_text("2probe");
  EXPECT_TRUE(socket.is_closed_within());
  client.post("4hello");
  EXPECT_EQ(client.get().body, "4hello");
}

TEST(EngineIoPollingLimits, LimitsTheSessionsOfAFlood) {
  Options options = calm_options();
  options.sessions = 20;
  EchoServer server(options);
  for (int i = 0; i < 20; ++i) EXPECT_EQ(PollingClient(server.port()).opening().status, 200U);
  EXPECT_EQ(PollingClient(server.port()).opening().status, 503U);
}

TEST(EngineIoPollingCrossOrigin, AllowsNamedOrigins) {
  Options options = calm_options();
  options.allowed_origins = {"https://app.example"};
  EchoServer server(options);
  const std::string target = "/engine.io/?EIO=4&transport=polling";
  const http::WireAnswer allowed =
      request(server.port(), "GET", target, "", "Origin: https://app.example\r\n");
  EXPECT_NE(allowed.head.find("\r\nAccess-Control-Allow-Origin: https://app.example\r\n"), std::string::npos);
  const http::WireAnswer rejected =
      request(server.port(), "GET", target, "", "Origin: https://evil.example\r\n");
  EXPECT_EQ(rejected.status, 403U);
  EXPECT_EQ(rejected.body, R"({"code":4,"message":"Forbidden"})");
  const http::WireAnswer preflight =
      request(server.port(), "OPTIONS", target, "",
              "Origin: https://app.example\r\nAccess-Control-Request-Method: POST\r\n");
  EXPECT_EQ(preflight.status, 204U);
}

}  // namespace
}  // namespace pollux::engineio::testing
