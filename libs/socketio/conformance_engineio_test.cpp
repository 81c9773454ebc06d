// The conformance cases of the Engine.IO protocol; the names contain their numbers. Cases with an S hold
// under /socket.io/ too.
#include <thread>

#include "socketio/testing/conformance.hpp"

namespace pollux::socketio::testing {
namespace {

using std::chrono::milliseconds;

class EveryPath : public Conformance {
 protected:
  // Sends a probe and receives its answer, and the noop that ends the poll.
  WebSocketClient probe(const PollingClient& client) const {
    WebSocketClient socket(port(), client.target("websocket"));
    socket.send_text("2probe");
    EXPECT_EQ(socket.receive_text(), "3probe");
    EXPECT_EQ(client.get().body, "6");
    return socket;
  }
  WebSocketClient upgrade(const PollingClient& client) {
    WebSocketClient socket = probe(client);
    socket.send_text("5");
    EXPECT_TRUE(eventually([this] { return statistics().upgraded == 1; }));
    return socket;
  }
  void expect_it_is_open(WebSocketClient& socket) const {
    if (echoes()) {
      socket.send_text("4hello");
      EXPECT_EQ(socket.receive_text(), "4hello");
    } else {
      socket.send_text("40");
      EXPECT_TRUE(socket.receive_text().starts_with("40{"));
    }
  }
};

// With the heartbeat of the conformance cases.
class EveryPathInTime : public Conformance {
 protected:
  EveryPathInTime() : Conformance(fixture_options()) {}
};

// With a longer ping timeout.
class EveryPathsHeartbeat : public Conformance {
 protected:
  EveryPathsHeartbeat() : Conformance(patient_options()) {}
};

const auto every_path =
    ::testing::Combine(::testing::Values(1, 4), ::testing::Values("/engine.io/", "/socket.io/"));
INSTANTIATE_TEST_SUITE_P(Conformance, EveryPath, every_path, name_of_case);
INSTANTIATE_TEST_SUITE_P(Conformance, EveryPathInTime, every_path, name_of_case);
INSTANTIATE_TEST_SUITE_P(Conformance, EveryPathsHeartbeat, every_path, name_of_case);

TEST_P(EveryPathInTime, E01_S01_OpensByPolling) {
  const PollingClient client = open_by_polling();
  EXPECT_EQ(client.opening().status, 200U);
  EXPECT_EQ(client.opening().body, R"(0{"sid":")" + client.sid() +
                                       R"(","upgrades":["websocket"],"pingInterval":300,"pingTimeout":200,)"
                                       R"("maxPayload":1000000})");
  EXPECT_EQ(client.sid().size(), 24U);
}

TEST_P(EveryPath, E02_S02_RejectsABadVersion) {
  for (const char* query : {"?transport=polling", "?transport=polling&EIO=abc"}) {
    const http::WireAnswer answer = get(query);
    EXPECT_EQ(answer.status, 400U) << query;
    EXPECT_EQ(answer.body, R"({"code":5,"message":"Unsupported protocol version"})");
  }
}

TEST_P(EveryPath, E03_S03_RejectsABadTransport) {
  for (const char* query : {"?EIO=4", "?EIO=4&transport=abc"}) {
    const http::WireAnswer answer = get(query);
    EXPECT_EQ(answer.status, 400U) << query;
    EXPECT_EQ(answer.body, R"({"code":0,"message":"Transport unknown"})");
  }
}

TEST_P(EveryPath, E04_S04_OpensWithGetOnly) {
  for (const char* method : {"POST", "PUT"}) {
    const http::WireAnswer answer =
        engineio::testing::request(port(), method, path() + "?EIO=4&transport=polling");
    EXPECT_EQ(answer.status, 400U) << method;
    EXPECT_EQ(answer.body, R"({"code":2,"message":"Bad handshake method"})");
  }
}

TEST_P(EveryPathsHeartbeat, E17_S08_HeartbeatsByPollingThreeTimes) {
  const PollingClient client = open_by_polling();
  for (int i = 0; i < 3; ++i) {
    const http::WireAnswer answer = client.get();
    EXPECT_EQ(answer.status, 200U);
    EXPECT_EQ(answer.body, "2");
    EXPECT_EQ(client.post("3").status, 200U);
  }
}

TEST_P(EveryPathInTime, E18_S09_EndsAnIdleSession) {
  const PollingClient client = open_by_polling();
  const auto opened = std::chrono::steady_clock::now();
  std::this_thread::sleep_until(opened + milliseconds(500));
  const http::WireAnswer answer = client.get();
  EXPECT_EQ(answer.status, 400U);
  EXPECT_EQ(answer.body, R"({"code":1,"message":"Session ID unknown"})");
}

TEST_P(EveryPath, E21_S12_ACloseByPostEndsTheWaitingPoll) {
  const PollingClient client = open_by_polling();
  auto poll = client.begin_get();
  ASSERT_TRUE(sees_waiting_poll());
  EXPECT_EQ(client.post("1").status, 200U);
  const http::WireAnswer answer = poll.answer();
  EXPECT_EQ(answer.status, 200U);
  EXPECT_EQ(answer.body, "6");
  EXPECT_EQ(client.get().status, 400U);
}

TEST_P(EveryPath, E23_S14_Upgrades) {
  const PollingClient client = open_by_polling();
  WebSocketClient socket = probe(client);
  socket.send_text("5");
  expect_it_is_open(socket);
}

TEST_P(EveryPath, E23_S14_EndsAWaitingPoll) {
  const PollingClient client = open_by_polling();
  auto poll = client.begin_get();
  ASSERT_TRUE(sees_waiting_poll());
  WebSocketClient socket(port(), client.target("websocket"));
  socket.send_text("2probe");
  EXPECT_EQ(socket.receive_text(), "3probe");
  EXPECT_EQ(poll.answer().body, "6");
  socket.send_text("5");
  expect_it_is_open(socket);
}

TEST_P(EveryPath, E24_S15_AnUpgradedSessionDoesNotPoll) {
  const PollingClient client = open_by_polling();
  WebSocketClient socket = probe(client);
  socket.send_text("5");
  // With several io threads the poll may arrive before the "5", and then ends with a noop.
  if (io_threads() > 1) {
    EXPECT_TRUE(eventually([this] { return statistics().upgraded == 1; }));
  }
  const http::WireAnswer answer = client.get();
  EXPECT_EQ(answer.status, 400U);
  EXPECT_EQ(answer.body, R"({"code":3,"message":"Bad request"})");
  expect_it_is_open(socket);
}

TEST_P(EveryPath, E25_S16_ClosesASecondWebSocket) {
  const PollingClient client = open_by_polling();
  WebSocketClient first = upgrade(client);
  WebSocketClient second(port(), client.target("websocket"));
  EXPECT_TRUE(second.is_upgraded());  // clients report an HTTP error as their own
  EXPECT_TRUE(second.is_closed_within());
  expect_it_is_open(first);
}

// Under /engine.io/ only, which echoes messages.
class EnginePath : public Conformance {};

INSTANTIATE_TEST_SUITE_P(Conformance, EnginePath,
                         ::testing::Combine(::testing::Values(1, 4), ::testing::Values("/engine.io/")),
                         name_of_case);

TEST_P(EnginePath, E08_EchoesByPolling) {
  const PollingClient client = open_by_polling();
  const http::WireAnswer posted = client.post("4hello");
  EXPECT_EQ(posted.status, 200U);
  EXPECT_EQ(posted.body, "ok");
  const http::WireAnswer answer = client.get();
  EXPECT_EQ(answer.status, 200U);
  EXPECT_EQ(answer.body, "4hello");
}

TEST_P(EnginePath, E09_EchoesSeveralMessagesAtOnce) {
  const PollingClient client = open_by_polling();
  const std::string payload =
      "4test1\x1e"
      "4test2\x1e"
      "4test3";
  client.post(payload);
  EXPECT_EQ(client.get().body, payload);
}

TEST_P(EnginePath, E10_EchoesBinaryByPolling) {
  const PollingClient client = open_by_polling();
  const std::string payload =
      "4hello\x1e"
      "bAQIDBA==";
  client.post(payload);
  EXPECT_EQ(client.get().body, payload);
}

TEST_P(EnginePath, E11_ClosesAfterAMalformedPost) {
  const PollingClient client = open_by_polling();
  client.post("abc");
  EXPECT_EQ(client.get().status, 400U);
}

TEST_P(EnginePath, E12_ClosesAfterASecondPoll) {
  const PollingClient client = open_by_polling();
  auto first = client.begin_get();
  ASSERT_TRUE(sees_waiting_poll());
  EXPECT_EQ(client.get().status, 400U);
  const http::WireAnswer answer = first.answer();
  EXPECT_EQ(answer.status, 200U);
  EXPECT_EQ(answer.body, "1");
  EXPECT_EQ(client.get().status, 400U);
}

TEST_P(EnginePath, E13_ClosesAfterAnAbortedPoll) {
  const PollingClient client = open_by_polling();
  {
    const auto poll = client.begin_get();
    ASSERT_TRUE(sees_waiting_poll());
  }
  // With several io threads the next poll may arrive before the server has noticed the end of the first.
  if (io_threads() > 1) {
    EXPECT_TRUE(eventually([this] { return statistics().waiting_polls == 0; }));
  }
  EXPECT_EQ(client.get().status, 400U);
}

class EveryPathByWebSocket : public Conformance {};

// With the heartbeat of the conformance cases.
class EveryPathByWebSocketInTime : public Conformance {
 protected:
  EveryPathByWebSocketInTime() : Conformance(fixture_options()) {}
};

// With a longer ping timeout.
class EveryPathsHeartbeatByWebSocket : public Conformance {
 protected:
  EveryPathsHeartbeatByWebSocket() : Conformance(patient_options()) {}
};

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

TEST_P(EveryPathByWebSocket, E06_S06_RejectsABadVersion) {
  for (const char* query : {"?transport=websocket", "?EIO=abc&transport=websocket"}) {
    WebSocketClient client = connect(query);
    EXPECT_EQ(client.answer().status, 400U) << query;
    EXPECT_TRUE(client.is_closed_within()) << query;
  }
}

TEST_P(EveryPathByWebSocket, E07_S07_RejectsABadTransport) {
  for (const char* query : {"?EIO=4", "?EIO=4&transport=abc"}) {
    WebSocketClient client = connect(query);
    EXPECT_EQ(client.answer().status, 400U) << query;
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

TEST_P(EveryPathByWebSocket, E22_S13_EndsWhenTheClientCloses) {
  WebSocketClient client = open_web_socket();
  client.send_text("1");
  EXPECT_TRUE(client.receive().is_over());
}

// Under /engine.io/ only, which echoes messages.
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

TEST_P(EnginePathByWebSocket, E16_ClosesAfterAMalformedPacket) {
  WebSocketClient client = open_web_socket();
  client.send_text("abc");
  EXPECT_TRUE(client.receive().is_over());
}

}  // namespace
}  // namespace pollux::socketio::testing
