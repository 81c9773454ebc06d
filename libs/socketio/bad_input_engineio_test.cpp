// Packets that no Engine.IO client sends, by polling and by WebSocket.
#include <thread>

#include "socketio/testing/bad_input.hpp"

namespace pollux::socketio::testing {
namespace {

struct Packets {
  std::string name;
  std::string bytes;
};

class BadPackets : public BadInputTest<::testing::TestWithParam<Packets>> {};

TEST_P(BadPackets, CloseTheSessionThatPolls) {
  const PollingClient client(port(), "/socket.io/");
  EXPECT_EQ(client.post(GetParam().bytes).status, 400);
  EXPECT_EQ(client.get().status, 400);
}

TEST_P(BadPackets, CloseTheWebSocket) {
  TestClient client(port());
  client.send_text(GetParam().bytes);
  EXPECT_TRUE(client.is_closed_within());
}

INSTANTIATE_TEST_SUITE_P(EngineIo, BadPackets,
                         ::testing::Values(Packets{"Letters", "abc"}, Packets{"Empty", ""},
                                           Packets{"UnknownType", "9"}, Packets{"PingOfTheClient", "2"},
                                           Packets{"ProbeOutsideAnUpgrade", "2probe"},
                                           Packets{"OpenOfTheClient", "0{}"}, Packets{"StrayUpgrade", "5"},
                                           Packets{"GoodThenBad",
                                                   "40\x1e"
                                                   "abc"},
                                           Packets{"SeparatorAlone", "\x1e"},
                                           Packets{"TwoSeparators",
                                                   "40\x1e\x1e"
                                                   "41"},
                                           Packets{"TrailingSeparator", "40\x1e"},
                                           Packets{"BrokenBase64", "b!!!"}, Packets{"CutBase64", "bAQIDBA"},
                                           Packets{"NotUtf8", "4\xC3\x28"}),
                         name_of_input);

class BadEngineIo : public BadInputTest<::testing::Test> {};

TEST_F(BadEngineIo, WhatFollowsACloseIsIgnored) {
  const PollingClient client(port(), "/engine.io/");
  EXPECT_EQ(client
                .post("1\x1e"
                      "4hello\x1e"
                      "abc")
                .body,
            "ok");
  EXPECT_EQ(client.get().status, 400);
}

TEST_F(BadEngineIo, AFloodOfPongsKeepsTheSession) {
  const PollingClient client(port(), "/engine.io/");
  std::string pongs = "3";
  for (int i = 1; i < 1'000; ++i)
    pongs +=
        "\x1e"
        "3";
  EXPECT_EQ(client.post(pongs).body, "ok");
  client.post("4hello");
  EXPECT_EQ(client.get().body, "4hello");
  WebSocketClient socket(port(), "/engine.io/?EIO=4&transport=websocket");
  socket.receive_text();
  for (int i = 0; i < 10'000; ++i) socket.send_text("3");
  socket.send_text("4hello");
  EXPECT_EQ(socket.receive_text(), "4hello");
}

TEST_F(BadEngineIo, AnotherVersionWithTheSameSession) {
  const PollingClient client(port(), "/engine.io/");
  std::string other = client.target();
  other.replace(other.find("EIO=4"), 5, "EIO=3");
  EXPECT_EQ(engineio::testing::request(port(), "GET", other).status, 400);
  client.post("4hello");
  EXPECT_EQ(client.get().body, "4hello");
}

TEST_F(BadEngineIo, AnOctetStreamClosesTheSession) {
  const PollingClient client(port(), "/engine.io/");
  EXPECT_EQ(client.post("4hello", "Content-Type: application/octet-stream\r\n").status, 400);
  EXPECT_EQ(client.get().status, 400);
}

TEST_F(BadEngineIo, ASessionOfTheOtherServerIsUnknown) {
  const PollingClient client(port(), "/engine.io/");
  std::string other = client.target();
  other.replace(0, std::string("/engine.io/").size(), "/socket.io/");
  EXPECT_EQ(engineio::testing::request(port(), "GET", other).body,
            R"({"code":1,"message":"Session ID unknown"})");
}

TEST_F(BadEngineIo, ManyProbesAtATime) {
  const PollingClient client(port(), "/engine.io/");
  WebSocketClient first(port(), client.target("websocket"));
  for (int i = 0; i < 50; ++i) {
    EXPECT_TRUE(WebSocketClient(port(), client.target("websocket")).is_closed_within());
  }
  first.send_text("2probe");
  EXPECT_EQ(first.receive_text(), "3probe");
  first.send_text("5");
  first.send_text("4hello");
  EXPECT_EQ(first.receive_text(), "4hello");
}

TEST_F(BadEngineIo, AProbeOnAWebSocketSession) {
  WebSocketClient client(port(), "/engine.io/?EIO=4&transport=websocket");
  const std::string open = client.receive_text();
  const std::string sid = open.substr(std::string(R"(0{"sid":")").size(), 24);
  WebSocketClient probe(port(), "/engine.io/?EIO=4&transport=websocket&sid=" + sid);
  EXPECT_TRUE(probe.is_closed_within());
  client.send_text("4hello");
  EXPECT_EQ(client.receive_text(), "4hello");
}

class UnfinishedEngineIo : public BadInputTest<::testing::Test> {
 protected:
  UnfinishedEngineIo() : BadInputTest(frequent_heartbeat) {}
};

TEST_F(UnfinishedEngineIo, AProbeThatIsNeverCompletedEndsWithItsSession) {
  const PollingClient client(port(), "/engine.io/");
  WebSocketClient probe(port(), client.target("websocket"));
  probe.send_text("2probe");
  EXPECT_EQ(probe.receive_text(), "3probe");
  EXPECT_TRUE(probe.is_closed_within(std::chrono::seconds(20)));  // the session has no heartbeat
  EXPECT_EQ(client.get().status, 400);
}

}  // namespace
}  // namespace pollux::socketio::testing
