// The conformance cases of the protocol on WebSocket; their numbers are in the names. Those with an S too
// hold under /socket.io/ as well.
#include "socketio/testing/conformance.hpp"

namespace pollux::socketio::testing {
namespace {

class EveryPathByWebSocket : public Conformance {};

// With the times of the cases.
class EveryPathByWebSocketInTime : public Conformance {
 protected:
  EveryPathByWebSocketInTime() : Conformance(fixture_options()) {}
};

// With patience.
class EveryPathsHeartbeatByWebSocket : public Conformance {
 protected:
  EveryPathsHeartbeatByWebSocket() : Conformance(patient_options()) {}
};

const auto every_path =
    ::testing::Combine(::testing::Values(1, 4), ::testing::Values("/engine.io/", "/socket.io/"));
INSTANTIATE_TEST_SUITE_P(Conformance, EveryPathByWebSocket, every_path, name_of_case);
INSTANTIATE_TEST_SUITE_P(Conformance, EveryPathByWebSocketInTime, every_path, name_of_case);
INSTANTIATE_TEST_SUITE_P(Conformance, EveryPathsHeartbeatByWebSocket, every_path, name_of_case);

TEST_P(EveryPathByWebSocketInTime, E05_S05_OpensByWebSocket) {
  WebSocketClient client = connect();
  const std::string open = client.receive_text();
  const std::string head = R"(0{"sid":")";
  const std::string tail = R"(","upgrades":[],"pingInterval":300,"pingTimeout":200,"maxPayload":1000000})";
  EXPECT_TRUE(open.starts_with(head)) << open;
  EXPECT_TRUE(open.ends_with(tail)) << open;
  EXPECT_EQ(open.size(), head.size() + 24 + tail.size()) << open;
}

TEST_P(EveryPathByWebSocket, E06_S06_RefusesABadVersion) {
  for (const char* query : {"?transport=websocket", "?EIO=abc&transport=websocket"}) {
    WebSocketClient client = connect(query);
    EXPECT_EQ(client.answer().status, 400) << query;
    EXPECT_TRUE(client.is_closed_within()) << query;
  }
}

TEST_P(EveryPathByWebSocket, E07_S07_RefusesABadTransport) {
  for (const char* query : {"?EIO=4", "?EIO=4&transport=abc"}) {
    WebSocketClient client = connect(query);
    EXPECT_EQ(client.answer().status, 400) << query;
    EXPECT_TRUE(client.is_closed_within()) << query;
  }
  EXPECT_TRUE(connect("?EIO=4&transport=polling").is_closed_within());
}

TEST_P(EveryPathsHeartbeatByWebSocket, E19_S10_HeartbeatsThreeTimes) {
  WebSocketClient client = open_web_socket();
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(client.receive_text(), "2");
    client.send_text("3");
  }
}

TEST_P(EveryPathsHeartbeatByWebSocket, E20_S11_ClosesAClientThatNeverPongs) {
  WebSocketClient client = open_web_socket();
  EXPECT_EQ(client.receive_text(), "2");
  EXPECT_TRUE(client.receive().is_over());
}

TEST_P(EveryPathByWebSocket, E22_S13_EndsWhereTheClientCloses) {
  WebSocketClient client = open_web_socket();
  client.send_text("1");
  EXPECT_TRUE(client.receive().is_over());
}

// Under /engine.io/ only, which echoes.
class EnginePathByWebSocket : public Conformance {};

INSTANTIATE_TEST_SUITE_P(Conformance, EnginePathByWebSocket,
                         ::testing::Combine(::testing::Values(1, 4), ::testing::Values("/engine.io/")),
                         name_of_case);

TEST_P(EnginePathByWebSocket, E14_EchoesText) {
  WebSocketClient client = open_web_socket();
  client.send_text("4hello");
  EXPECT_EQ(client.receive_text(), "4hello");
}

TEST_P(EnginePathByWebSocket, E15_EchoesBinary) {
  WebSocketClient client = open_web_socket();
  client.send_binary("\x01\x02\x03\x04");
  EXPECT_EQ(client.receive_binary(), "\x01\x02\x03\x04");
}

TEST_P(EnginePathByWebSocket, E16_ClosesUponABadPacket) {
  WebSocketClient client = open_web_socket();
  client.send_text("abc");
  EXPECT_TRUE(client.receive().is_over());
}

}  // namespace
}  // namespace pollux::socketio::testing
