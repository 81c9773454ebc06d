// Engine.IO on WebSocket, over real sockets. The conformance cases are in libs/socketio.
#include <chrono>
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

const std::string target = "/engine.io/?EIO=4&transport=websocket";

class EngineIoWebSocket : public ::testing::Test {
 protected:
  std::uint64_t closed_for(CloseReason reason) { return server_.engine().statistics().closed_for(reason); }

  EchoServer server_;
};

TEST(EngineIoWebSocketHandshake, AnnouncesTheHeartbeatAndLimits) {
  EchoServer server(quick_options());
  WebSocketClient client(server.port(), target);
  const std::string open = client.receive_text();
  const std::string head = R"(0{"sid":")";
  const std::string tail = R"(","upgrades":[],"pingInterval":300,"pingTimeout":200,"maxPayload":1000000})";
  EXPECT_TRUE(open.starts_with(head)) << open;
  EXPECT_TRUE(open.ends_with(tail)) << open;
  EXPECT_EQ(open.size(), head.size() + 24 + tail.size()) << open;
}

TEST_F(EngineIoWebSocket, RejectsABadVersion) {
  for (const char* version : {"", "&EIO=abc", "&EIO=3", "&EIO=04"}) {
    WebSocketClient client(server_.port(), std::string("/engine.io/?transport=websocket") + version);
    EXPECT_EQ(client.answer().status, 400U) << version;
    EXPECT_EQ(client.answer().body, "Unsupported protocol version");
    EXPECT_TRUE(client.is_closed_within());
  }
}

TEST_F(EngineIoWebSocket, RejectsABadTransport) {
  for (const char* transport : {"", "&transport=abc", "&transport=WEBSOCKET"}) {
    WebSocketClient client(server_.port(), std::string("/engine.io/?EIO=4") + transport);
    EXPECT_EQ(client.answer().status, 400U) << transport;
    EXPECT_EQ(client.answer().body, "Transport unknown");
    EXPECT_TRUE(client.is_closed_within());
  }
}

TEST_F(EngineIoWebSocket, AnswersHttpWithTheProtocolsErrors) {
  const auto body_of = [&](const std::string& method, const std::string& query) {
    const http::WireAnswer answer = request(server_.port(), method, "/engine.io/?" + query);
    return std::to_string(answer.status) + " " + answer.body;
  };
  EXPECT_EQ(body_of("GET", "EIO=4&transport=flashsocket"), R"(400 {"code":0,"message":"Transport unknown"})");
  EXPECT_EQ(body_of("GET", "EIO=4&transport=websocket&sid=x"),
            R"(400 {"code":1,"message":"Session ID unknown"})");
  EXPECT_EQ(body_of("POST", "EIO=4&transport=websocket"),
            R"(400 {"code":2,"message":"Bad handshake method"})");
  EXPECT_EQ(body_of("GET", "EIO=4&transport=websocket"), R"(400 {"code":3,"message":"Bad request"})");
  EXPECT_EQ(server_.engine().statistics().rejected_for(RejectReason::unknown_transport), 1U);
}

TEST_F(EngineIoWebSocket, RejectsPagesOfOtherOrigins) {
  WebSocketClient client(server_.port(), target, "Origin: https://evil.example\r\n");
  EXPECT_EQ(client.answer().status, 400U);
  EXPECT_EQ(client.answer().body, "Forbidden");
}

TEST_F(EngineIoWebSocket, EchoesText) {
  WebSocketClient client(server_.port(), target);
  client.receive_text();
  client.send_text("4hello");
  EXPECT_EQ(client.receive_text(), "4hello");
}

TEST_F(EngineIoWebSocket, EchoesBinary) {
  WebSocketClient client(server_.port(), target);
  client.receive_text();
  client.send_binary("\x01\x02\x03\x04");
  EXPECT_EQ(client.receive_binary(), "\x01\x02\x03\x04");
}

TEST_F(EngineIoWebSocket, ClosesOnABadPacket) {
  for (const char* packet : {"abc", "", "9", "2", "2probe", "0{}", "5", "\x1e"}) {
    WebSocketClient client(server_.port(), target);
    client.receive_text();
    client.send_text(packet);
    const Arrival arrival = client.receive();
    EXPECT_EQ(arrival.kind, Arrival::Kind::close) << packet;
    EXPECT_EQ(arrival.close_code, 1002U) << packet;
  }
}

class EngineIoWebSocketHeartbeat : public ::testing::Test {
 protected:
  EchoServer server_{patient_options()};
};

TEST_F(EngineIoWebSocketHeartbeat, ComesThreeTimes) {
  WebSocketClient client(server_.port(), target);
  client.receive_text();
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(client.receive_text(), "2");
    client.send_text("3");
  }
  client.send_text("4hello");
  std::string text;
  while ((text = client.receive_text()) == "2") client.send_text("3");
  EXPECT_EQ(text, "4hello");
}

TEST_F(EngineIoWebSocketHeartbeat, ClosesAClientThatNeverPongs) {
  WebSocketClient client(server_.port(), target);
  client.receive_text();
  EXPECT_EQ(client.receive_text(), "2");
  EXPECT_TRUE(client.is_closed_within());
  EXPECT_TRUE(
      eventually([&] { return server_.engine().statistics().closed_for(CloseReason::ping_timeout) == 1; }));
}

TEST_F(EngineIoWebSocket, EndsWhenTheClientCloses) {
  WebSocketClient client(server_.port(), target);
  client.receive_text();
  client.send_text("1");
  EXPECT_TRUE(client.is_closed_within());
  EXPECT_TRUE(eventually([&] { return closed_for(CloseReason::client_closed) == 1; }));
}

TEST_F(EngineIoWebSocket, ClosesASecondWebSocketOfASession) {
  WebSocketClient first(server_.port(), target);
  const std::string sid = first.receive_text().substr(std::string(R"(0{"sid":")").size(), 24);
  WebSocketClient second(server_.port(), target + "&sid=" + sid);
  EXPECT_TRUE(second.is_upgraded());
  EXPECT_EQ(second.receive().close_code, 1000U);
  EXPECT_EQ(server_.engine().statistics().rejected_for(RejectReason::surplus_web_socket), 1U);
  const http::WireAnswer plain =
      request(server_.port(), "GET", "/engine.io/?EIO=4&transport=websocket&sid=" + sid);
  EXPECT_EQ(plain.body, R"({"code":3,"message":"Bad request"})");
  first.send_text("4still here");
  EXPECT_EQ(first.receive_text(), "4still here");
}

TEST_F(EngineIoWebSocket, AcceptsBase64) {
  WebSocketClient client(server_.port(), target);
  client.receive_text();
  client.send_text("bAAECAwQ=");
  EXPECT_EQ(client.receive_binary(), std::string("\x00\x01\x02\x03\x04", 5));
  client.send_text("b!!!");
  EXPECT_EQ(client.receive().close_code, 1002U);
}

TEST_F(EngineIoWebSocket, SendsBase64ToAClientThatAsksForIt) {
  WebSocketClient client(server_.port(), target + "&b64=1");
  client.receive_text();
  client.send_binary("\x01\x02\x03\x04");
  EXPECT_EQ(client.receive_text(), "bAQIDBA==");
  client.send_text("4text");
  EXPECT_EQ(client.receive_text(), "4text");
}

TEST(EngineIoWebSocketLimits, ClosesWith1009BeyondTheMaximumPayload) {
  EchoServer server;
  WebSocketClient client(server.port(), target);
  client.receive_text();
  client.send_text("4" + std::string(999'999, 'a'));
  EXPECT_EQ(client.receive_text().size(), 1'000'000U);
  client.send_text("4" + std::string(1'000'000, 'a'));
  EXPECT_EQ(client.receive().close_code, 1009U);
}

TEST_F(EngineIoWebSocket, ForgetsASessionWhoseConnectionEnds) {
  { WebSocketClient client(server_.port(), target); }
  EXPECT_TRUE(eventually([&] { return closed_for(CloseReason::transport_closed) == 1; }));
  EXPECT_EQ(server_.engine().statistics().sessions, 0);
}

TEST_F(EngineIoWebSocket, ClosesEverySessionToDrain) {
  WebSocketClient client(server_.port(), target);
  client.receive_text();
  server_.engine().drain();
  EXPECT_EQ(client.receive().close_code, 1001U);
  EXPECT_EQ(WebSocketClient(server_.port(), target).answer().status, 503U);
}

TEST(EngineIoWebSocketLimits, RejectsMoreSessionsThanAllowed) {
  Options options = calm_options();
  options.sessions = 1;
  EchoServer server(options);
  WebSocketClient first(server.port(), target);
  ASSERT_TRUE(first.is_upgraded());
  WebSocketClient second(server.port(), target);
  EXPECT_EQ(second.answer().status, 503U);
  EXPECT_EQ(server.engine().statistics().rejected_for(RejectReason::no_place), 1U);
}

TEST(EngineIoWebSocketLimits, DropsAClientThatDoesNotRead) {
  Options options = calm_options();
  options.buffered_bytes = 100'000;
  EchoServer server(options);
  WebSocketClient client(server.port(), target);
  client.receive_text();
  // Far more than the kernel holds for a connection on loopback.
  for (int i = 0; i < 400; ++i) client.send_text("4" + std::string(90'000, 'a'));
  EXPECT_TRUE(
      eventually([&] { return server.engine().statistics().closed_for(CloseReason::too_slow) == 1; }));
  EXPECT_TRUE(eventually([&] { return server.engine().statistics().sessions == 0; }));
}

TEST(EngineIoWebSocketLimits, DropsAClientThatReadsNothingForTooLong) {
  Options options = calm_options();
  options.buffered_bytes = 100'000'000;  // more than it is sent
  http::ServerOptions http = http_options();
  http.limits.write_time = std::chrono::milliseconds(50);
  EchoServer server(options, echo(), 1, http);
  WebSocketClient client(server.port(), target);
  client.receive_text();
  for (int i = 0; i < 400; ++i) client.send_text("4" + std::string(90'000, 'a'));
  EXPECT_TRUE(
      eventually([&] { return server.engine().statistics().closed_for(CloseReason::too_slow) == 1; }));
  EXPECT_TRUE(eventually([&] { return server.engine().statistics().sessions == 0; }));
  EXPECT_EQ(server.engine().statistics().closed_for(CloseReason::transport_closed), 0U);
}

}  // namespace
}  // namespace pollux::engineio::testing
