// What clients see of a broadcast, whatever thread and transport they are on, over real sockets.
#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "engineio/testing/http_client.hpp"
#include "socketio/server.hpp"
#include "socketio/testing/fixture_server.hpp"
#include "socketio/testing/test_client.hpp"

namespace pollux::socketio::testing {
namespace {

using std::chrono::milliseconds;

TEST(SocketIoBroadcast, ReachesTheSocketsOfEveryThread) {
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

TEST(SocketIoBroadcast, TellsHowLongItTookOnEachThread) {
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

TEST(SocketIoBroadcast, ReachesClientsThatPoll) {
  FixtureServer server(calm_options(), fixture_namespaces(), 3);
  const engineio::testing::PollingClient client(server.port(), "/socket.io/");
  client.post("40");
  client.get();
  auto poll = client.begin_get();
  ASSERT_TRUE(eventually([&] { return server.socketio().transport_statistics().waiting_polls == 1; }));
  server.socketio().broadcast_latest({{}, "state"}, "state", {1});
  EXPECT_EQ(poll.answer().body, R"(42["state",1])");
}

TEST(SocketIoBroadcast, AClientThatPollsGetsTheNewestStateOnly) {
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

// Some of their WebSockets are on other io threads than their sessions.
TEST(SocketIoBroadcast, UpgradedClientsGetTheNewestState) {
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
    // Before the upgrade, where it waits for a poll that does not come.
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

TEST(SocketIoBroadcast, ASlowClientKeepsTheNewestStateOnly) {
  FixtureServer server(calm_options());
  TestClient slow(server.port());
  slow.connect();
  const boost::json::string padding(100'000, 'x');
  constexpr int last = 500;  // 50 MB: far more than the kernel holds for a connection on loopback
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

TEST(SocketIoBroadcast, AClientThatNeverReadsIsDroppedAndCounted) {
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
