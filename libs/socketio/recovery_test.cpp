#include "socketio/recovery.hpp"

#include <atomic>
#include <chrono>
#include <future>
#include <memory>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

#include "socketio/server.hpp"
#include "socketio/testing/fixture_server.hpp"
#include "socketio/testing/test_client.hpp"

namespace pollux::socketio::testing {
namespace {

using std::chrono::milliseconds;

class SocketIoRecovery : public ::testing::Test {
 protected:
  static Recovery::TimePoint at(int milliseconds_since_start) {
    return Recovery::TimePoint(milliseconds(milliseconds_since_start));
  }
  static Recovery::Encode named(const std::string& name) {
    return [name](std::string_view offset) {
      return std::make_shared<const std::string>(name + " " + std::string(offset));
    };
  }

  std::uint64_t broadcast(const std::string& name, const Audience& audience = {}) {
    std::uint64_t number = 0;
    recovery_.broadcast(audience, named(name), [&](const auto&, std::uint64_t given) { number = given; });
    return number;
  }
  void emit(const std::string& name, std::uint64_t after, const std::string& private_id = "secret") {
    recovery_.emit(private_id, after, {}, named(name));
  }
  void disconnect(Recovery::Position start = {}, std::vector<std::string> rooms = {}) {
    recovery_.save("secret", {"id", "/", std::move(rooms), start}, at(0));
  }
  // The names of the events that a reconnecting client receives, or "unknown".
  std::string restore(std::optional<std::string_view> offset, int time = 0, std::string_view space = "/") {
    const auto recovered = recovery_.restore("secret", space, offset, at(time));
    if (!recovered) return "unknown";
    EXPECT_EQ(recovered->session.id, "id");
    EXPECT_EQ(recovered->private_id, "secret");
    std::string names;
    for (const auto& event : recovered->missed)
      names += event.packet->substr(0, event.packet->find(' ')) + ",";
    return names;
  }

  RecoveryOptions options_{.time = milliseconds(1'000), .sessions = 2, .events = 5};
  Recovery recovery_{options_};
};

TEST_F(SocketIoRecovery, ReturnsEventsAfterTheOffset) {
  broadcast("one");
  broadcast("two");
  broadcast("three");
  disconnect();
  EXPECT_EQ(restore("1"), "two,three,");
}

TEST_F(SocketIoRecovery, ReturnsEventsSinceTheConnectionWithoutAnOffset) {
  broadcast("before");
  disconnect({1, 1});
  broadcast("after");
  EXPECT_EQ(restore(std::nullopt), "after,");
}

TEST_F(SocketIoRecovery, ReturnsOnlyEventsForTheClient) {
  disconnect({}, {"room"});
  broadcast("room", {.room = "room"});
  broadcast("otherRoom", {.room = "other"});
  broadcast("otherSpace", {.namespace_name = "/other"});
  emit("own", 3);
  emit("others", 3, "another");
  EXPECT_EQ(restore(std::nullopt), "room,own,");
}

// An event emitted to one client may overtake broadcasts that are still on their way to its io thread.
TEST_F(SocketIoRecovery, PreservesTheOrderInWhichTheClientSeesEvents) {
  broadcast("one");
  broadcast("two");
  emit("afterOne", 1);
  disconnect();
  EXPECT_EQ(restore("1"), "afterOne,two,");
  disconnect();
  EXPECT_EQ(restore("3"), "two,");
  disconnect();
  EXPECT_EQ(restore("2"), "");
}

TEST_F(SocketIoRecovery, RestoresOnceInOneNamespaceWithinTheTime) {
  disconnect();
  EXPECT_EQ(restore(std::nullopt, 0, "/other"), "unknown");
  EXPECT_EQ(restore(std::nullopt, 1'000), "");
  EXPECT_EQ(restore(std::nullopt, 1'000), "unknown");
  disconnect();
  EXPECT_EQ(restore(std::nullopt, 1'001), "unknown");
}

TEST_F(SocketIoRecovery, LimitsTheNumberOfEvents) {
  for (const char* name : {"1", "2", "3", "4", "5", "6"}) broadcast(name);
  disconnect();
  EXPECT_EQ(restore("1"), "unknown");  // dropped, and later events may be too
  disconnect();
  EXPECT_EQ(restore("2"), "3,4,5,6,");
  disconnect({1, 1});
  EXPECT_EQ(restore(std::nullopt), "2,3,4,5,6,");
  disconnect({0, 0});
  EXPECT_EQ(restore(std::nullopt), "unknown");
}

TEST_F(SocketIoRecovery, LimitsTheBytesOfEvents) {
  options_.bytes = 1'000'000;
  Recovery recovery(options_);
  const std::vector<http::SharedMessage> attachment{std::make_shared<const std::string>(600'000, 'x')};
  recovery.emit("secret", 0, attachment, named("one"));
  recovery.emit("secret", 0, attachment, named("two"));
  recovery.save("secret", {"id", "/", {}, {}}, at(0));
  EXPECT_FALSE(recovery.restore("secret", "/", std::nullopt, at(0)));
}

TEST_F(SocketIoRecovery, LimitsTheNumberOfSessions) {
  disconnect();
  recovery_.save("second", {}, at(1));
  EXPECT_EQ(restore(std::nullopt), "");
  disconnect();
  recovery_.save("third", {}, at(2));
  EXPECT_FALSE(recovery_.restore("second", "", std::nullopt, at(2)));
  EXPECT_EQ(restore(std::nullopt), "");
}

TEST_F(SocketIoRecovery, RejectsUnknownOffsets) {
  broadcast("one");
  for (const char* offset : {"", "x", "0", "2", "-1", "1x", "99999999999999999999999"}) {
    disconnect();
    EXPECT_EQ(restore(offset), "unknown") << offset;
  }
}

// The rest is over real connections.

class ReconnectingClient : public ::testing::TestWithParam<std::size_t> {
 protected:
  static Options recovering() {
    Options options = calm_options();
    options.recovery.time = std::chrono::minutes(1);
    return options;
  }
  static Namespaces rooms() {
    Namespaces namespaces = fixture_namespaces();
    Namespace main;
    main.admit = [](const auto&, const Namespace::Auth& auth) -> std::optional<ConnectError> {
      if (auth.contains("pid") || auth.contains("offset"))
        return ConnectError{"The private id was passed on.", {}};
      if (auth.contains("reject")) return ConnectError{"Rejected", {}};
      return std::nullopt;
    };
    main.connected = [](const auto& socket, const auto&) {
      if (!socket->recovered()) socket->join("room");
    };
    main.events["echo"] = [](const auto& socket, const Arguments& arguments, const Acknowledge&) {
      socket->emit("echo-back", arguments);
    };
    namespaces.add("/", std::move(main));
    return namespaces;
  }

  // Connects with `data`; returns { sid, pid }.
  static std::pair<std::string, std::string> connect(TestClient& client, const std::string& data = {}) {
    client.send_text("40" + data);
    const std::string answer = client.receive_text();
    const auto object = boost::json::parse(answer.substr(2)).as_object();
    return {std::string(object.at("sid").as_string()), std::string(object.at("pid").as_string())};
  }
  static std::string credentials(const std::string& pid, const std::string& offset,
                                 const std::string& more = {}) {
    return R"({"pid":")" + pid + R"(","offset":")" + offset + '"' + more + '}';
  }
  bool all_have_disconnected() {
    return eventually([&] { return server_.socketio().statistics().sockets == 0; });
  }

  FixtureServer server_{recovering(), rooms(), GetParam()};
};

INSTANTIATE_TEST_SUITE_P(IoThreads, ReconnectingClient, ::testing::Values(1, 4));

TEST_P(ReconnectingClient, KeepsItsIdAndRoomsAndReceivesMissedEvents) {
  std::string sid;
  std::string pid;
  {
    TestClient client(server_.port());
    std::tie(sid, pid) = connect(client);
    client.send_text(R"(42["echo","seen"])");
    EXPECT_EQ(client.receive_text(), R"(42["echo-back","seen","1"])");
  }
  ASSERT_TRUE(all_have_disconnected());
  server_.socketio().broadcast({}, "news", {"two"});
  server_.socketio().broadcast({.room = "room"}, "news", {"three"});
  server_.socketio().broadcast({.room = "another"}, "news", {"not for it"});

  TestClient client(server_.port());
  EXPECT_EQ(connect(client, credentials(pid, "1")), std::pair(sid, pid));
  EXPECT_EQ(client.receive_text(), R"(42["news","two","2"])");
  EXPECT_EQ(client.receive_text(), R"(42["news","three","3"])");
  server_.socketio().broadcast({.room = "room"}, "news", {"five"});
  EXPECT_EQ(client.receive_text(), R"(42["news","five","5"])");
  EXPECT_EQ(server_.socketio().statistics().recovered, 1U);
}

TEST_P(ReconnectingClient, BypassesAdmit) {
  std::string pid;
  {
    TestClient client(server_.port());
    pid = connect(client).second;
  }
  ASSERT_TRUE(all_have_disconnected());
  TestClient client(server_.port());
  client.send_text("40" + std::string(R"({"reject":1})"));
  EXPECT_EQ(client.receive_text(), R"(44{"message":"Rejected"})");
  client.send_text("40" + std::string(R"({"reject":1,"pid":")") + pid + "\"}");
  EXPECT_TRUE(client.receive_text().starts_with(R"(40{"sid":")"));
}

TEST_P(ReconnectingClient, GetsANewSessionAfterADisconnect) {
  TestClient client(server_.port());
  const auto [sid, pid] = connect(client);
  client.send_text("41");
  ASSERT_TRUE(all_have_disconnected());
  const auto [second_sid, second_pid] = connect(client, credentials(pid, "1"));
  EXPECT_NE(second_sid, sid);
  EXPECT_NE(second_pid, pid);
  EXPECT_EQ(server_.socketio().statistics().recovered, 0U);
}

TEST_P(ReconnectingClient, ReceivesStatesWithoutAnOffset) {
  TestClient client(server_.port());
  connect(client);
  server_.socketio().broadcast_latest({{}, "scores"}, "scores", {"text"});
  EXPECT_EQ(client.receive_text(), R"(42["scores","text",null])");
}

TEST_P(ReconnectingClient, ReceivesEveryConcurrentBroadcastOnceAndInOrder) {
  std::atomic<bool> stops{false};
  auto client = std::make_unique<TestClient>(server_.port());
  const std::string pid = connect(*client).second;
  const auto sending = std::async(std::launch::async, [&] {
    for (int i = 0; i < 9'000 && !stops; ++i) server_.socketio().broadcast({}, "news", {i});
  });
  std::string last;
  for (int seen = 0, expected = -1; seen < 300; ++seen) {
    const auto event = boost::json::parse(client->receive_text().substr(2)).as_array();
    const int number = static_cast<int>(event.at(1).as_int64());
    if (expected >= 0) {
      ASSERT_EQ(number, expected) << "after " << seen;
    }
    expected = number + 1;
    last = std::string(event.at(2).as_string());
    if (seen % 50 != 49) continue;
    client.reset();
    ASSERT_TRUE(all_have_disconnected());
    client = std::make_unique<TestClient>(server_.port());
    ASSERT_EQ(connect(*client, credentials(pid, last)).second, pid);
  }
  stops = true;
}

TEST(RecoveryOptionsTest, AdmitCanBeCalledForRecoveredClients) {
  Options options = calm_options();
  options.recovery.time = std::chrono::minutes(1);
  options.recovery.skips_admit = false;
  std::atomic<int> asked{0};
  Namespaces namespaces;
  Namespace main;
  main.admit = [&](const auto&, const auto&) -> std::optional<ConnectError> {
    ++asked;
    return std::nullopt;
  };
  namespaces.add("/", main);
  FixtureServer server(options, namespaces);
  std::string answer;
  {
    TestClient client(server.port());
    client.send_text("40");
    answer = client.receive_text();
  }
  ASSERT_TRUE(eventually([&] { return server.socketio().statistics().sockets == 0; }));
  TestClient client(server.port());
  client.send_text(answer.starts_with("40") ? answer : "40");  // {"sid":…,"pid":…}
  EXPECT_EQ(client.receive_text(), answer);
  EXPECT_EQ(asked, 2);
}

TEST(RecoveryOptionsTest, RecoveryIsOffByDefault) {
  FixtureServer server(calm_options());
  TestClient client(server.port());
  client.send_text("40");
  EXPECT_EQ(client.receive_text().find("pid"), std::string::npos);
  EXPECT_EQ(client.receive_text(), R"(42["auth",{}])");  // without an offset
}

}  // namespace
}  // namespace pollux::socketio::testing
