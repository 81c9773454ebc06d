// What an application notices of the server, over real sockets.
#include "socketio/server.hpp"

#include <atomic>
#include <chrono>
#include <stdexcept>
#include <string>

#include <gtest/gtest.h>

#include "engineio/testing/http_client.hpp"
#include "socketio/testing/fixture_server.hpp"
#include "socketio/testing/test_client.hpp"

namespace pollux::socketio::testing {
namespace {

using std::chrono::milliseconds;

class SocketIoServer : public ::testing::Test {
 protected:
  bool has_sockets(std::int64_t count) {
    return eventually([&] { return server_.socketio().statistics().sockets == count; });
  }

  FixtureServer server_{calm_options()};
};

TEST_F(SocketIoServer, BadInputClosesItsConnectionAndNoOther) {
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
    EXPECT_EQ(client.receive().close_code(), 1002) << input.substr(0, 80);
  }
  bystander.send_text(R"(42["message"])");
  EXPECT_EQ(bystander.receive_text(), R"(42["message-back"])");
  EXPECT_EQ(server_.socketio().statistics().malformed, std::size(inputs));
  EXPECT_TRUE(has_sockets(1));
}

TEST_F(SocketIoServer, AnEventBeforeConnectingCloses) {
  TestClient client(server_.port());
  client.send_text(R"(42["message"])");
  EXPECT_TRUE(client.receive().is_over());
}

TEST_F(SocketIoServer, TextAmongAttachmentsCloses) {
  TestClient client(server_.port());
  client.connect();
  client.send_text(R"(451-["message",{"_placeholder":true,"num":0}])");
  client.send_text(R"(42["message"])");
  EXPECT_TRUE(client.receive().is_over());
}

TEST_F(SocketIoServer, BinaryWithoutAHeaderCloses) {
  TestClient client(server_.port());
  client.connect();
  client.send_binary("\x01");
  EXPECT_TRUE(client.receive().is_over());
}

TEST_F(SocketIoServer, AttachmentsBeyondThePacketsBytesClose) {
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

TEST_F(SocketIoServer, ForgetsSocketsThatDisconnect) {
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

TEST_F(SocketIoServer, DrainClosesSoThatClientsComeAgain) {
  TestClient client(server_.port());
  client.connect();
  server_.socketio().drain();
  EXPECT_EQ(client.receive().close_code(), 1001);  // and no DISCONNECT, which would keep the client away
  EXPECT_TRUE(has_sockets(0));
}

TEST_F(SocketIoServer, DoesNotBroadcastReservedEvents) {
  EXPECT_THROW(server_.socketio().broadcast({}, "connect", {}), std::invalid_argument);
}

TEST(SocketIoLimits, AttachmentsHaveToArriveInTime) {
  Options options = calm_options();
  options.transport.heartbeat.ping_timeout = milliseconds(200);  // the timer's period follows it
  options.attachment_time = milliseconds(50);
  FixtureServer server(options);
  TestClient client(server.port());
  client.connect();
  client.send_text(R"(451-["message",{"_placeholder":true,"num":0}])");
  EXPECT_TRUE(client.receive().is_over());
  EXPECT_EQ(server.socketio().statistics().overdue, 1U);
}

TEST(SocketIoLimits, BoundsTheNamespacesOfAClient) {
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

TEST(SocketIoNamespace, ChoosesWhoMayConnect) {
  Namespaces namespaces;
  Namespace guarded;
  guarded.admit = [](const std::string& name, const Namespace::Auth& auth) -> std::optional<ConnectError> {
    if (auth.contains("key")) return std::nullopt;
    return ConnectError{"No key for " + name, boost::json::value{{"code", 7}}};
  };
  namespaces.add("/", guarded);
  FixtureServer server(calm_options(), namespaces);
  TestClient client(server.port());
  client.send_text("40");
  EXPECT_EQ(client.receive_text(), R"(44{"message":"No key for /","data":{"code":7}})");
  client.send_text(R"(40{"key":1})");
  EXPECT_TRUE(client.receive_text().starts_with("40{"));
  EXPECT_EQ(server.socketio().statistics().refused, 1U);
}

TEST(SocketIoNamespace, HearsOfDisconnections) {
  std::atomic<int> disconnected{0};
  Namespaces namespaces;
  Namespace listening;
  listening.disconnected = [&](const auto& socket, engineio::CloseReason reason) {
    EXPECT_FALSE(socket->is_connected());
    EXPECT_EQ(reason, engineio::CloseReason::transport_closed);
    ++disconnected;
  };
  namespaces.add("/", listening);
  FixtureServer server(calm_options(), namespaces);
  {
    TestClient client(server.port());
    client.send_text("40");
    client.receive_text();
  }
  EXPECT_TRUE(eventually([&] { return disconnected == 1; }));
}

TEST(SocketIoNamespace, AHandlerThatThrowsEndsItsClientAlone) {
  Namespaces namespaces = fixture_namespaces();
  Namespace careless;
  careless.events["add"] = [](const auto& socket, const Arguments& arguments, const Acknowledge&) {
    socket->emit("sum", {{arguments.values.at(0).as_int64() + 1}, {}});
  };
  namespaces.add("/", careless);
  FixtureServer server(calm_options(), namespaces);
  TestClient good(server.port());
  TestClient bad(server.port());
  for (auto* client : {&good, &bad}) {
    client->send_text("40");
    client->receive_text();
  }
  bad.send_text(R"(42["add","not a number"])");
  EXPECT_TRUE(bad.receive().is_over());
  good.send_text(R"(42["add",1])");
  EXPECT_EQ(good.receive_text(), R"(42["sum",2])");
  EXPECT_EQ(server.socketio().statistics().failed_handlers, 1U);
}

TEST(SocketIoNamespace, DisconnectsAClientAtTheApplicationsWish) {
  Namespaces namespaces;
  Namespace leaving;
  leaving.events["bye"] = [](const auto& socket, const Arguments&, const Acknowledge&) {
    socket->disconnect();
    socket->emit("never", {});
  };
  namespaces.add("/", leaving);
  FixtureServer server(calm_options(), namespaces);
  TestClient client(server.port());
  client.send_text("40");
  client.receive_text();
  client.send_text(R"(42["bye"])");
  EXPECT_EQ(client.receive_text(), "41");
  EXPECT_EQ(client.receive_text(milliseconds(50)), "<nothing>");
}

TEST(SocketIoRooms, ReachTheirMembers) {
  Namespaces namespaces;
  Namespace rooms;
  rooms.events["join"] = [](const auto& socket, const Arguments& arguments, const Acknowledge& acknowledge) {
    acknowledge({{socket->join(std::string(arguments.values.at(0).as_string()))}, {}});
  };
  rooms.events["leave"] = [](const auto& socket, const Arguments& arguments, const Acknowledge& acknowledge) {
    socket->leave(std::string(arguments.values.at(0).as_string()));
    acknowledge();
  };
  namespaces.add("/", rooms);
  Options options = calm_options();
  options.rooms_per_socket = 1;
  FixtureServer server(options, namespaces);
  TestClient member(server.port());
  TestClient other(server.port());
  for (auto* client : {&member, &other}) {
    client->send_text("40");
    client->receive_text();
  }
  member.send_text(R"(421["join","blue"])");
  EXPECT_EQ(member.receive_text(), "431[true]");
  member.send_text(R"(422["join","red"])");
  EXPECT_EQ(member.receive_text(), "432[false]");

  server.socketio().broadcast({.room = "blue"}, "to-blue", {});
  server.socketio().broadcast({}, "to-all", {});
  EXPECT_EQ(member.receive_text(), R"(42["to-blue"])");
  EXPECT_EQ(member.receive_text(), R"(42["to-all"])");
  EXPECT_EQ(other.receive_text(), R"(42["to-all"])");

  member.send_text(R"(423["leave","blue"])");
  EXPECT_EQ(member.receive_text(), "433[]");
  server.socketio().broadcast({.room = "blue"}, "to-blue", {});
  server.socketio().broadcast({}, "to-all", {});
  EXPECT_EQ(member.receive_text(), R"(42["to-all"])");
}

}  // namespace
}  // namespace pollux::socketio::testing
