#include "socketio/socket.hpp"

#include <atomic>
#include <chrono>
#include <mutex>
#include <string>
#include <vector>

#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

#include "socketio/server.hpp"
#include "socketio/testing/fixture_server.hpp"
#include "socketio/testing/test_client.hpp"

namespace pollux::socketio::testing {
namespace {

using std::chrono::milliseconds;

TEST(SocketIoNamespace, AdmitsAndRejectsClients) {
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
  EXPECT_EQ(server.socketio().statistics().rejected, 1U);
}

TEST(SocketIoNamespace, ReportsDisconnections) {
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

TEST(SocketIoNamespace, AHandlerThatThrowsDisconnectsOnlyItsClient) {
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

TEST(SocketIoNamespace, DisconnectsAClient) {
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

TEST(SocketIoRooms, ReceiveBroadcastsAndAreLimited) {
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

// Collects acknowledgements and errors, on any thread.
class ReceivedAcks {
 public:
  Socket::AckCallback callback() {
    return [this](const Result<Arguments>& answer) {
      const std::lock_guard lock(mutex_);
      texts_.push_back(answer ? boost::json::serialize(answer->values) : answer.error().message);
    };
  }
  std::vector<std::string> texts() {
    const std::lock_guard lock(mutex_);
    return texts_;
  }

 private:
  std::mutex mutex_;
  std::vector<std::string> texts_;
};

Namespaces asking(ReceivedAcks& acks, milliseconds time) {
  Namespace main;
  main.events["ask"] = [&acks, time](const auto& socket, const Arguments& arguments, const Acknowledge&) {
    socket->emit_with_ack("question", arguments, time, acks.callback());
  };
  main.events["leave"] = [](const auto& socket, const Arguments&, const Acknowledge&) {
    socket->disconnect();
  };
  Namespaces namespaces;
  namespaces.add("/", std::move(main));
  return namespaces;
}

TEST(EmitWithAck, PassesEachAcknowledgementToItsCallback) {
  ReceivedAcks acks;
  FixtureServer server(calm_options(), asking(acks, milliseconds(20'000)));
  TestClient client(server.port());
  client.send_text("40");
  client.receive_text();
  client.send_text(R"(42["ask","first"])");
  EXPECT_EQ(client.receive_text(), R"(420["question","first"])");
  client.send_text(R"(42["ask","second"])");
  EXPECT_EQ(client.receive_text(), R"(421["question","second"])");
  client.send_text(R"(431["two",2])");
  client.send_text(R"(430[])");
  client.send_text(R"(430["again"])");     // only the first counts
  client.send_text(R"(4377["unknown"])");  // not requested
  EXPECT_TRUE(eventually([&] { return acks.texts().size() == 2; }));
  client.send_text(R"(42["ask"])");
  EXPECT_EQ(client.receive_text(), R"(422["question"])");
  EXPECT_EQ(acks.texts(), (std::vector<std::string>{R"(["two",2])", "[]"}));
}

TEST(EmitWithAck, FailsWithoutAnAcknowledgementInTime) {
  ReceivedAcks acks;
  FixtureServer server(calm_options(), asking(acks, milliseconds(1)));
  TestClient client(server.port());
  client.send_text("40");
  client.receive_text();
  client.send_text(R"(42["ask"])");
  EXPECT_EQ(client.receive_text(), R"(420["question"])");
  EXPECT_TRUE(eventually([&] { return acks.texts().size() == 1; }));
  client.send_text(R"(430["late"])");
  client.send_text(R"(42["ask"])");
  EXPECT_EQ(client.receive_text(), R"(421["question"])");
  EXPECT_TRUE(eventually([&] { return acks.texts().size() == 2; }));
  EXPECT_EQ(acks.texts().front(), "The client did not acknowledge the event in time.");
  EXPECT_EQ(server.socketio().statistics().missing_acks, 2U);
}

TEST(EmitWithAck, FailsWhenTheClientDisconnects) {
  ReceivedAcks acks;
  FixtureServer server(calm_options(), asking(acks, milliseconds(20'000)));
  TestClient leaves(server.port());
  leaves.send_text("40");
  leaves.receive_text();
  leaves.send_text(R"(42["ask"])");
  leaves.receive_text();
  leaves.send_text(R"(42["leave"])");
  {
    TestClient vanishes(server.port());
    vanishes.send_text("40");
    vanishes.receive_text();
    vanishes.send_text(R"(42["ask"])");
    vanishes.receive_text();
  }
  EXPECT_TRUE(eventually([&] { return acks.texts().size() == 2; }));
  EXPECT_EQ(acks.texts(), std::vector<std::string>(2, "The client has disconnected."));
}

TEST(EmitWithAck, LimitsPendingAcknowledgements) {
  ReceivedAcks acks;
  Options options = calm_options();
  options.pending_acks_per_socket = 1;
  FixtureServer server(options, asking(acks, milliseconds(20'000)));
  TestClient client(server.port());
  client.send_text("40");
  client.receive_text();
  client.send_text(R"(42["ask",1])");
  client.send_text(R"(42["ask",2])");
  EXPECT_EQ(client.receive_text(), R"(420["question",1])");
  EXPECT_TRUE(eventually([&] { return acks.texts().size() == 1; }));
  EXPECT_EQ(acks.texts().front(), "Too many acknowledgements of this client are pending.");
}

}  // namespace
}  // namespace pollux::socketio::testing
