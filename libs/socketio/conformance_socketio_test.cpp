// The conformance cases of the Socket.IO protocol; the names contain their numbers.
#include <regex>

#include "socketio/testing/conformance.hpp"

namespace pollux::socketio::testing {
namespace {

class SocketPath : public Conformance {};

// With a longer ping timeout.
class SocketPathsHeartbeat : public Conformance {
 protected:
  SocketPathsHeartbeat() : Conformance(patient_options()) {}
};

const auto socket_path = ::testing::Combine(::testing::Values(1, 4), ::testing::Values("/socket.io/"));
INSTANTIATE_TEST_SUITE_P(Conformance, SocketPath, socket_path, name_of_case);
INSTANTIATE_TEST_SUITE_P(Conformance, SocketPathsHeartbeat, socket_path, name_of_case);

bool is_connected_answer(const std::string& text, const std::string& name) {
  return std::regex_match(text, std::regex("40" + name + R"re(\{"sid":"[A-Za-z0-9_-]{24}"\})re"));
}

TEST_P(SocketPath, S17_ConnectsToTheMainNamespace) {
  TestClient client(port());
  client.send_text("40");
  const std::string answer = client.receive_text();
  EXPECT_TRUE(is_connected_answer(answer, "")) << answer;
  EXPECT_EQ(client.receive_text(), R"(42["auth",{}])");
}

TEST_P(SocketPath, S18_ConnectsWithAPayload) {
  TestClient client(port());
  client.send_text(R"(40{"token":"123"})");
  EXPECT_TRUE(is_connected_answer(client.receive_text(), ""));
  EXPECT_EQ(client.receive_text(), R"(42["auth",{"token":"123"}])");
}

TEST_P(SocketPath, S19_ConnectsToACustomNamespace) {
  TestClient client(port());
  client.send_text("40/custom,");
  EXPECT_TRUE(is_connected_answer(client.receive_text(), "/custom,"));
  EXPECT_EQ(client.receive_text(), R"(42/custom,["auth",{}])");
}

TEST_P(SocketPath, S20_ConnectsToACustomNamespaceWithAPayload) {
  TestClient client(port());
  client.send_text(R"(40/custom,{"token":"abc"})");
  EXPECT_TRUE(is_connected_answer(client.receive_text(), "/custom,"));
  EXPECT_EQ(client.receive_text(), R"(42/custom,["auth",{"token":"abc"}])");
}

TEST_P(SocketPath, S21_RejectsAnUnknownNamespace) {
  TestClient client(port());
  client.send_text("40/random");
  EXPECT_EQ(client.receive_text(), R"(44/random,{"message":"Invalid namespace"})");
}

TEST_P(SocketPath, S22_ClosesAfterAMalformedFirstPacket) {
  TestClient client(port());
  client.send_text("4abc");
  EXPECT_TRUE(client.receive().is_over());
}

TEST_P(SocketPathsHeartbeat, S23_ClosesAClientThatDoesNotConnect) {
  TestClient client(port());
  auto arrival = client.receive();
  for (; arrival.payload == "2"; arrival = client.receive()) client.send_text("3");
  EXPECT_TRUE(arrival.is_over());
  EXPECT_TRUE(eventually([&] { return server_.socketio().statistics().overdue == 1; }));
}

TEST_P(SocketPathsHeartbeat, S24_ADisconnectKeepsTheConnectionOpen) {
  TestClient client(port());
  client.connect();
  client.send_text("41");
  EXPECT_EQ(client.receive_text(), "2");
}

TEST_P(SocketPathsHeartbeat, S25_ADisconnectFromOneNamespaceKeepsTheOther) {
  TestClient client(port());
  client.connect();
  EXPECT_EQ(client.receive_text(), "2");
  client.send_text("3");
  client.connect("/custom,");
  client.send_text("41/custom");
  client.send_text(R"(42["message","message to main namespace"])");
  EXPECT_EQ(client.receive_event(), R"(42["message-back","message to main namespace"])");
}

TEST_P(SocketPath, S26_CarriesEvents) {
  TestClient client(port());
  client.connect();
  client.send_text(R"(42["message",1,"2",{"3":[true]}])");
  EXPECT_EQ(client.receive_text(), R"(42["message-back",1,"2",{"3":[true]}])");
}

TEST_P(SocketPath, S27_CarriesBinaryEvents) {
  TestClient client(port());
  client.connect();
  client.send_text(R"(452-["message",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}])");
  client.send_binary("\x01\x02\x03");
  client.send_binary("\x04\x05\x06");
  EXPECT_EQ(client.receive_text(),
            R"(452-["message-back",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}])");
  EXPECT_EQ(client.receive_binary(), "\x01\x02\x03");
  EXPECT_EQ(client.receive_binary(), "\x04\x05\x06");
}

TEST_P(SocketPath, S28_Acknowledges) {
  TestClient client(port());
  client.connect();
  client.send_text(R"(42456["message-with-ack",1,"2",{"3":[false]}])");
  EXPECT_EQ(client.receive_text(), R"(43456[1,"2",{"3":[false]}])");
}

TEST_P(SocketPath, S29_AcknowledgesWithBinary) {
  TestClient client(port());
  client.connect();
  client.send_text(
      R"(452-789["message-with-ack",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}])");
  client.send_binary("\x01\x02\x03");
  client.send_binary("\x04\x05\x06");
  EXPECT_EQ(client.receive_text(), R"(462-789[{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}])");
  EXPECT_EQ(client.receive_binary(), "\x01\x02\x03");
  EXPECT_EQ(client.receive_binary(), "\x04\x05\x06");
}

TEST_P(SocketPath, S30_S31_S32_ClosesAfterAMalformedPacket) {
  for (const char* packet : {"4abc", "42{}", R"(42abc["message-with-ack",1])"}) {
    TestClient client(port());
    client.connect();
    client.send_text(packet);
    EXPECT_TRUE(client.receive().is_over()) << packet;
  }
}

}  // namespace
}  // namespace pollux::socketio::testing
