// The conformance cases of the protocol as far as they concern WebSocket; their numbers are in the names.
#include <regex>
#include <string>

#include <gtest/gtest.h>

#include "socketio/testing/fixture_server.hpp"
#include "socketio/testing/test_client.hpp"

namespace pollux::socketio::testing {
namespace {

using engineio::testing::WebSocketClient;
using std::chrono::milliseconds;

class SocketIoConformance : public ::testing::Test {
 protected:
  FixtureServer server_;
};

bool is_connected_answer(const std::string& text, const std::string& name) {
  return std::regex_match(text, std::regex("40" + name + R"re(\{"sid":"[A-Za-z0-9_-]{24}"\})re"));
}

TEST_F(SocketIoConformance, E05_OpensWithTheHandshake) {
  const TestClient client(server_.port());
  const std::regex open(
      R"re(0\{"sid":"[A-Za-z0-9_-]{24}","upgrades":\[\],"pingInterval":300,"pingTimeout":200,"maxPayload":1000000\})re");
  EXPECT_TRUE(std::regex_match(client.open(), open)) << client.open();
}

TEST_F(SocketIoConformance, E06_E07_RefusesABadVersionAndTransport) {
  WebSocketClient version(server_.port(), "/socket.io/?EIO=abc&transport=websocket");
  EXPECT_EQ(version.answer().status, 400);
  EXPECT_TRUE(version.is_closed_within());
  WebSocketClient transport(server_.port(), "/socket.io/?EIO=4&transport=abc");
  EXPECT_EQ(transport.answer().status, 400);
  EXPECT_TRUE(transport.is_closed_within());
}

TEST_F(SocketIoConformance, E14_E15_EchoesOnTheEngineIoPath) {
  WebSocketClient client(server_.port(), "/engine.io/?EIO=4&transport=websocket");
  client.receive_text();
  client.send_text("4hello");
  client.send_binary("\x01\x02\x03\x04");
  EXPECT_EQ(client.receive_text(), "4hello");
  EXPECT_EQ(client.receive_binary(), "\x01\x02\x03\x04");
}

TEST_F(SocketIoConformance, E16_ClosesUponABadPacket) {
  TestClient client(server_.port());
  client.send_text("abc");
  EXPECT_TRUE(client.receive().is_over());
}

TEST_F(SocketIoConformance, E19_HeartbeatsThreeTimes) {
  TestClient client(server_.port());
  client.connect();
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(client.receive_text(), "2");
    client.send_text("3");
  }
  client.send_text(R"(42["message"])");
  EXPECT_EQ(client.receive_text(), R"(42["message-back"])");
}

TEST_F(SocketIoConformance, E20_ClosesAClientThatNeverPongs) {
  TestClient client(server_.port());
  client.connect();
  EXPECT_EQ(client.receive_text(), "2");
  EXPECT_TRUE(client.receive().is_over());
}

TEST_F(SocketIoConformance, E22_EndsWhenTheClientCloses) {
  TestClient client(server_.port());
  client.send_text("1");
  EXPECT_TRUE(client.receive().is_over());
}

TEST_F(SocketIoConformance, S17_ConnectsToTheMainNamespace) {
  TestClient client(server_.port());
  client.send_text("40");
  const std::string answer = client.receive_text();
  EXPECT_TRUE(is_connected_answer(answer, "")) << answer;
  EXPECT_EQ(client.receive_text(), R"(42["auth",{}])");
}

TEST_F(SocketIoConformance, S18_ConnectsWithAPayload) {
  TestClient client(server_.port());
  client.send_text(R"(40{"token":"123"})");
  EXPECT_TRUE(is_connected_answer(client.receive_text(), ""));
  EXPECT_EQ(client.receive_text(), R"(42["auth",{"token":"123"}])");
}

TEST_F(SocketIoConformance, S19_ConnectsToACustomNamespace) {
  TestClient client(server_.port());
  client.send_text("40/custom,");
  EXPECT_TRUE(is_connected_answer(client.receive_text(), "/custom,"));
  EXPECT_EQ(client.receive_text(), R"(42/custom,["auth",{}])");
}

TEST_F(SocketIoConformance, S20_ConnectsToACustomNamespaceWithAPayload) {
  TestClient client(server_.port());
  client.send_text(R"(40/custom,{"token":"abc"})");
  EXPECT_TRUE(is_connected_answer(client.receive_text(), "/custom,"));
  EXPECT_EQ(client.receive_text(), R"(42/custom,["auth",{"token":"abc"}])");
}

TEST_F(SocketIoConformance, S21_RefusesAnUnknownNamespace) {
  TestClient client(server_.port());
  client.send_text("40/random");
  EXPECT_EQ(client.receive_text(), R"(44/random,{"message":"Invalid namespace"})");
}

TEST_F(SocketIoConformance, S22_ClosesUponAMalformedFirstPacket) {
  TestClient client(server_.port());
  client.send_text("4abc");
  EXPECT_TRUE(client.receive().is_over());
}

TEST_F(SocketIoConformance, S23_ClosesAClientThatDoesNotConnect) {
  TestClient client(server_.port());
  for (;;) {
    const auto arrival = client.receive(milliseconds(2'000));
    if (arrival.payload == "2") {
      client.send_text("3");
      continue;
    }
    EXPECT_TRUE(arrival.is_over());
    break;
  }
  EXPECT_TRUE(waits_for([&] { return server_.socketio().statistics().overdue == 1; }));
}

TEST_F(SocketIoConformance, S24_ADisconnectLeavesTheConnectionOpen) {
  TestClient client(server_.port());
  client.connect();
  client.send_text("41");
  EXPECT_EQ(client.receive_text(), "2");
}

TEST_F(SocketIoConformance, S25_ADisconnectFromOneNamespaceLeavesTheOther) {
  TestClient client(server_.port());
  client.connect();
  EXPECT_EQ(client.receive_text(), "2");
  client.send_text("3");
  client.connect("/custom,");
  client.send_text("41/custom");
  client.send_text(R"(42["message","message to main namespace"])");
  EXPECT_EQ(client.receive_text(), R"(42["message-back","message to main namespace"])");
}

TEST_F(SocketIoConformance, S26_CarriesEvents) {
  TestClient client(server_.port());
  client.connect();
  client.send_text(R"(42["message",1,"2",{"3":[true]}])");
  EXPECT_EQ(client.receive_text(), R"(42["message-back",1,"2",{"3":[true]}])");
}

TEST_F(SocketIoConformance, S27_CarriesBinaryEvents) {
  TestClient client(server_.port());
  client.connect();
  client.send_text(R"(452-["message",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}])");
  client.send_binary("\x01\x02\x03");
  client.send_binary("\x04\x05\x06");
  EXPECT_EQ(client.receive_text(),
            R"(452-["message-back",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}])");
  EXPECT_EQ(client.receive_binary(), "\x01\x02\x03");
  EXPECT_EQ(client.receive_binary(), "\x04\x05\x06");
}

TEST_F(SocketIoConformance, S28_Acknowledges) {
  TestClient client(server_.port());
  client.connect();
  client.send_text(R"(42456["message-with-ack",1,"2",{"3":[false]}])");
  EXPECT_EQ(client.receive_text(), R"(43456[1,"2",{"3":[false]}])");
}

TEST_F(SocketIoConformance, S29_AcknowledgesWithBinary) {
  TestClient client(server_.port());
  client.connect();
  client.send_text(
      R"(452-789["message-with-ack",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}])");
  client.send_binary("\x01\x02\x03");
  client.send_binary("\x04\x05\x06");
  EXPECT_EQ(client.receive_text(), R"(462-789[{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}])");
  EXPECT_EQ(client.receive_binary(), "\x01\x02\x03");
  EXPECT_EQ(client.receive_binary(), "\x04\x05\x06");
}

TEST_F(SocketIoConformance, S30_S31_S32_ClosesUponAMalformedPacket) {
  for (const char* packet : {"4abc", "42{}", R"(42abc["message-with-ack",1])"}) {
    TestClient client(server_.port());
    client.connect();
    client.send_text(packet);
    EXPECT_TRUE(client.receive().is_over()) << packet;
  }
}

}  // namespace
}  // namespace pollux::socketio::testing
