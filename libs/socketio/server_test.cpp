#include "socketio/server.hpp"

#include <atomic>
#include <chrono>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "engineio/testing/http_client.hpp"
#include "socketio/testing/fixture_server.hpp"
#include "socketio/testing/test_client.hpp"

namespace pollux::socketio::testing {
namespace {

using std::chrono::milliseconds;

using std::chrono::milliseconds;

class SocketIoServer : public ::testing::Test {
 protected:
  bool has_sockets(std::int64_t count) {
    return eventually([&] { return server_.socketio().statistics().sockets == count; });
  }

  FixtureServer server_{calm_options()};
};

TEST_F(SocketIoServer, BadInputClosesOnlyItsConnection) {
  TestClient bystander(server_.port());
  bystander.connect();
  const std::string deep = R"(42["message",)" + std::string(200'000, '[') + std::string(200'000, ']') + "]";
  const std::string inputs[] = {
      deep,
      "45-",
      R"(450-["message"])",
      R"(451e1-["message"])",
      R"(4511-["message"])",
      R"(45999999999999-["message"])",
      R"(451-["message",{"_placeholder":true,"num":5}])",
      R"(42["message","\ud800"])",
      R"(42["message",1e400])",
      R"(42["message"]x)",
      R"(42["disconnect"])",
      R"(42[1])",
      R"(4299999999999999999999["message"])",
      R"(42/unjoined,["message"])",
      "41/unjoined,",
      "43/unjoined,1[]",
      "40/" + std::string(100'000, 'a'),
      "40",  // a second time
      "40[]",
      "41{}",
      R"(44{"message":"x"})",
      "4",
      std::string("40\x1e") + "4abc",
  };
  for (const auto& input : inputs) {
    TestClient client(server_.port());
    client.connect();
    client.send_text(input);
    EXPECT_EQ(client.receive().close_code, 1002U) << input.substr(0, 80);
  }
  bystander.send_text(R"(42["message"])");
  EXPECT_EQ(bystander.receive_text(), R"(42["message-back"])");
  EXPECT_EQ(server_.socketio().statistics().malformed, std::size(inputs));
  EXPECT_TRUE(has_sockets(1));
}

TEST_F(SocketIoServer, AnEventBeforeConnectClosesTheConnection) {
  TestClient client(server_.port());
  client.send_text(R"(42["message"])");
  EXPECT_TRUE(client.receive().is_over());
}

TEST_F(SocketIoServer, TextBetweenAttachmentsClosesTheConnection) {
  TestClient client(server_.port());
  client.connect();
  client.send_text(R"(451-["message",{"_placeholder":true,"num":0}])");
  client.send_text(R"(42["message"])");
  EXPECT_TRUE(client.receive().is_over());
}

TEST_F(SocketIoServer, BinaryWithoutAHeaderClosesTheConnection) {
  TestClient client(server_.port());
  client.connect();
  client.send_binary("\x01");
  EXPECT_TRUE(client.receive().is_over());
}

TEST_F(SocketIoServer, TooManyAttachmentBytesCloseTheConnection) {
  TestClient client(server_.port());
  client.connect();
  client.send_text(R"(452-["message",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}])");
  client.send_binary(std::string(900'000, 'a'));
  client.send_binary(std::string(100'000, 'a'));
  EXPECT_TRUE(client.receive().is_over());
}

TEST_F(SocketIoServer, IgnoresUnknownEventsAndAcks) {
  TestClient client(server_.port());
  client.connect();
  client.send_text(R"(42["unknown"])");
  client.send_text("4317[]");
  client.send_text(R"(42["message"])");
  EXPECT_EQ(client.receive_text(), R"(42["message-back"])");
  EXPECT_EQ(server_.socketio().statistics().unknown_events, 1U);
}

TEST_F(SocketIoServer, BroadcastsToANamespace) {
  TestClient first(server_.port());
  first.connect();
  TestClient second(server_.port());
  second.connect("/custom,");
  server_.socketio().broadcast({.namespace_name = "/custom"}, "news", {1, "two"});
  server_.socketio().broadcast({}, "news", {3});
  EXPECT_EQ(first.receive_text(), R"(42["news",3])");
  EXPECT_EQ(second.receive_text(), R"(42/custom,["news",1,"two"])");
}

TEST_F(SocketIoServer, RemovesDisconnectedSockets) {
  TestClient client(server_.port());
  client.connect();
  client.connect("/custom,");
  EXPECT_TRUE(has_sockets(2));
  client.send_text("41/custom,");
  EXPECT_TRUE(has_sockets(1));
  server_.socketio().broadcast({.namespace_name = "/custom"}, "news", {});
  server_.socketio().broadcast({}, "news", {});
  EXPECT_EQ(client.receive_text(), R"(42["news"])");
  client.send_text("1");
  EXPECT_TRUE(has_sockets(0));
}

TEST_F(SocketIoServer, DrainClosesSoThatClientsReconnect) {
  TestClient client(server_.port());
  client.connect();
  server_.socketio().drain();
  EXPECT_EQ(client.receive().close_code,
            1001U);  // without a DISCONNECT, after which clients would not reconnect
  EXPECT_TRUE(has_sockets(0));
}

TEST_F(SocketIoServer, RejectsBroadcastsOfReservedEvents) {
  EXPECT_THROW(server_.socketio().broadcast({}, "connect", {}), std::invalid_argument);
}

TEST(SocketIoLimits, ClosesWhenAttachmentsAreLate) {
  Options options = calm_options();
  options.transport.ping_times.timeout = milliseconds(200);  // the timer's period follows it
  options.attachment_time = milliseconds(50);
  FixtureServer server(options);
  TestClient client(server.port());
  client.connect();
  client.send_text(R"(451-["message",{"_placeholder":true,"num":0}])");
  EXPECT_TRUE(client.receive().is_over());
  EXPECT_EQ(server.socketio().statistics().overdue, 1U);
}

TEST(SocketIoLimits, LimitsNamespacesPerClient) {
  Options options = calm_options();
  options.namespaces_per_client = 2;
  Namespaces namespaces;
  namespaces.add_matching([](std::string_view name) { return name.starts_with("/room/"); }, {});
  FixtureServer server(options, namespaces);
  TestClient client(server.port());
  for (const char* name : {"/room/1", "/room/2"}) {
    client.send_text(std::string("40") + name);
    EXPECT_TRUE(client.receive_text().starts_with(std::string("40") + name + ",{"));
  }
  client.send_text("40/room/3");
  EXPECT_EQ(client.receive_text(), R"(44/room/3,{"message":"Too many namespaces"})");
}

TEST(SocketIoBroadcast, ReachesSocketsOnEveryThread) {
  FixtureServer server(calm_options(), fixture_namespaces(), 3);
  std::vector<std::unique_ptr<TestClient>> clients;
  for (int i = 0; i < 12; ++i) {
    clients.push_back(std::make_unique<TestClient>(server.port()));
    clients.back()->connect();
  }
  server.socketio().broadcast({}, "news", {1});
  server.socketio().broadcast_latest({{}, "state"}, "state", {2});
  for (const auto& client : clients) {
    EXPECT_EQ(client->receive_text(), R"(42["news",1])");
    EXPECT_EQ(client->receive_text(), R"(42["state",2])");
  }
}

TEST(SocketIoBroadcast, ReportsItsDurationOnEachThread) {
  std::atomic<int> observed{0};
  Options options = calm_options();
  options.observe_broadcast = [&](std::chrono::nanoseconds time) {
    EXPECT_GE(time.count(), 0);
    ++observed;
  };
  FixtureServer server(options, fixture_namespaces(), 3);
  server.socketio().broadcast({}, "news", {1});
  EXPECT_TRUE(eventually([&] { return observed == 3; }));
  server.socketio().broadcast_latest({{}, "state"}, "state", {2});
  EXPECT_TRUE(eventually([&] { return observed == 6; }));
}

TEST(SocketIoBroadcast, ReachesPollingClients) {
  FixtureServer server(calm_options(), fixture_namespaces(), 3);
  const engineio::testing::PollingClient client(server.port(), "/socket.io/");
  client.post("40");
  client.get();
  auto poll = client.begin_get();
  ASSERT_TRUE(eventually([&] { return server.socketio().transport_statistics().waiting_polls == 1; }));
  server.socketio().broadcast_latest({{}, "state"}, "state", {1});
  EXPECT_EQ(poll.answer().body, R"(42["state",1])");
}

TEST(SocketIoBroadcast, APollingClientReceivesOnlyTheNewestState) {
  FixtureServer server(calm_options());
  const engineio::testing::PollingClient client(server.port(), "/socket.io/");
  client.post("40");
  client.get();
  for (int i = 1; i <= 100; ++i) server.socketio().broadcast_latest({{}, "state"}, "state", {i});
  std::string got;
  int polls = 0;
  while (got != R"(42["state",100])" && polls < 10) {
    got = client.get().body;
    ++polls;
  }
  EXPECT_EQ(got, R"(42["state",100])");
  EXPECT_LE(polls, 3);
}

// Some WebSockets are on other io threads than their sessions.
TEST(SocketIoBroadcast, UpgradedClientsReceiveTheNewestState) {
  FixtureServer server(calm_options(), fixture_namespaces(), 3);
  std::vector<std::unique_ptr<engineio::testing::WebSocketClient>> clients;
  for (int i = 0; i < 12; ++i) {
    const engineio::testing::PollingClient polling(server.port(), "/socket.io/");
    polling.post("40");
    polling.get();
    clients.push_back(
        std::make_unique<engineio::testing::WebSocketClient>(server.port(), polling.target("websocket")));
    clients.back()->send_text("2probe");
    EXPECT_EQ(clients.back()->receive_text(), "3probe");
    // Sent before the upgrade, when no poll is waiting for it.
    if (i % 2 == 0) polling.post(R"(42["message"])");
    clients.back()->send_text("5");
  }
  for (int i = 1; i <= 500; ++i) server.socketio().broadcast_latest({{}, "state"}, "state", {i});
  for (const auto& client : clients) {
    std::string text;
    do {
      text = client->receive_text();
    } while (text.starts_with('4') && text != R"(42["state",500])");
    EXPECT_EQ(text, R"(42["state",500])");
  }
}

TEST(SocketIoBroadcast, ASlowClientReceivesOnlyTheNewestState) {
  FixtureServer server(calm_options());
  TestClient slow(server.port());
  slow.connect();
  const boost::json::string padding(100'000, 'x');
  constexpr int last = 500;  // 50 MB: far more than the kernel buffers for a loopback connection
  for (int i = 1; i <= last; ++i) server.socketio().broadcast_latest({{}, "state"}, "state", {i, padding});
  const std::string newest = R"(42["state",)" + std::to_string(last) + ",";
  int received = 1;
  while (!slow.receive_text().starts_with(newest)) {
    ASSERT_LT(received, last);
    ++received;
  }
  EXPECT_EQ(server.socketio().transport_statistics().closed_for(engineio::CloseReason::too_slow), 0U);
  EXPECT_EQ(slow.receive_text(milliseconds(50)), "<nothing>");
}

TEST(SocketIoBroadcast, AClientThatNeverReadsIsDisconnectedAndCounted) {
  Options options = calm_options();
  options.transport.buffered_bytes = 1'000'000;
  FixtureServer server(options);
  TestClient slow(server.port());
  slow.connect();
  const boost::json::string padding(500'000, 'x');
  for (int i = 0; i < 100; ++i) server.socketio().broadcast({}, "news", {padding});
  EXPECT_TRUE(eventually([&] {
    return server.socketio().transport_statistics().closed_for(engineio::CloseReason::too_slow) == 1;
  }));
  EXPECT_TRUE(eventually([&] { return server.socketio().statistics().sockets == 0; }));
}

}  // namespace
}  // namespace pollux::socketio::testing
