#include "socketio/namespace.hpp"

#include <algorithm>
#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "socketio/testing/fixture_server.hpp"
#include "socketio/testing/test_client.hpp"

namespace pollux::socketio::testing {
namespace {

// Opens every name below "/rooms/", and knows which of its namespaces exist.
class Rooms {
 public:
  Namespaces::Open open() {
    return [this](const std::string& name, const Namespace::Auth& auth) -> std::shared_ptr<const Namespace> {
      if (auth.contains("throw")) throw std::runtime_error("The room has no door.");
      if (!name.starts_with("/rooms/")) return nullptr;
      Namespace room;
      room.connected = [seat = std::make_shared<Seat>(*this, name)](const auto& socket, const auto&) {
        socket->emit("room", {{seat->number}, {}});
      };
      room.disconnected = [this](const auto&, engineio::CloseReason) { ++left_; };
      room.events["name"] = [](const auto& socket, const Arguments&, const Acknowledge& acknowledge) {
        acknowledge({{socket->namespace_name()}, {}});
      };
      return std::make_shared<const Namespace>(std::move(room));
    };
  }

  std::vector<std::string> existing() const {
    const std::lock_guard lock(mutex_);
    return existing_;
  }
  int opened() const { return opened_; }
  int left() const { return left_; }

 private:
  // Owned by the handlers of a room.
  struct Seat {
    Seat(Rooms& rooms_given, std::string name_given)
        : rooms(rooms_given), name(std::move(name_given)), number(++rooms.opened_) {
      const std::lock_guard lock(rooms.mutex_);
      rooms.existing_.push_back(name);
    }
    ~Seat() {
      const std::lock_guard lock(rooms.mutex_);
      rooms.existing_.erase(std::ranges::find(rooms.existing_, name));
    }
    Seat(const Seat&) = delete;
    Seat& operator=(const Seat&) = delete;

    Rooms& rooms;
    const std::string name;
    const int number;
  };

  mutable std::mutex mutex_;
  std::vector<std::string> existing_;
  std::atomic<int> opened_{0};
  std::atomic<int> left_{0};
};

class SocketIoDynamicNamespaces : public ::testing::Test {
 protected:
  void start(Options options = calm_options(), std::size_t threads = 1) {
    Namespaces namespaces;
    namespaces.add("/", {}).add("/rooms/main", {}).add_dynamic(rooms_.open());
    server_.emplace(std::move(options), namespaces, threads);
  }
  std::unique_ptr<TestClient> client() const { return std::make_unique<TestClient>(server_->port()); }

  // Connects to a room, and returns its number.
  static std::string join(TestClient& client, const std::string& name) {
    client.send_text("40" + name);
    EXPECT_TRUE(client.receive_text().starts_with("40" + name + ",{")) << name;
    return client.receive_text();
  }
  bool comes_to(const std::vector<std::string>& names) {
    return eventually([&] {
      return rooms_.existing() == names && server_->socketio().namespaces().dynamic_count() == names.size();
    });
  }

  Rooms rooms_;
  std::optional<FixtureServer> server_;
};

TEST_F(SocketIoDynamicNamespaces, AreSharedByTheirClients) {
  start();
  const auto first = client();
  const auto second = client();
  EXPECT_EQ(join(*first, "/rooms/a"), R"(42/rooms/a,["room",1])");
  EXPECT_EQ(join(*second, "/rooms/a"), R"(42/rooms/a,["room",1])");
  EXPECT_EQ(join(*second, "/rooms/b"), R"(42/rooms/b,["room",2])");
  second->send_text(R"(42/rooms/b,7["name"])");
  EXPECT_EQ(second->receive_text(), R"(43/rooms/b,7["/rooms/b"])");
  server_->socketio().broadcast({.namespace_name = "/rooms/a"}, "news", {});
  EXPECT_EQ(first->receive_text(), R"(42/rooms/a,["news"])");
  EXPECT_EQ(second->receive_text(), R"(42/rooms/a,["news"])");
}

TEST_F(SocketIoDynamicNamespaces, ExistWhileTheyHaveSockets) {
  start();
  const auto first = client();
  auto second = client();
  join(*first, "/rooms/a");
  join(*second, "/rooms/a");
  join(*first, "/rooms/b");
  EXPECT_TRUE(comes_to({"/rooms/a", "/rooms/b"}));
  first->send_text("41/rooms/a,");
  EXPECT_TRUE(eventually([&] { return rooms_.left() == 1; }));
  EXPECT_TRUE(comes_to({"/rooms/a", "/rooms/b"})) << "the second client is still there";
  second.reset();
  EXPECT_TRUE(comes_to({"/rooms/b"}));
  EXPECT_EQ(rooms_.left(), 2);
  EXPECT_EQ(join(*first, "/rooms/a"), R"(42/rooms/a,["room",3])") << "opened again";
}

TEST_F(SocketIoDynamicNamespaces, AreInvalidIfNoParentHasThem) {
  start();
  const auto refused = client();
  refused->send_text("40/cellar");
  EXPECT_EQ(refused->receive_text(), R"(44/cellar,{"message":"Invalid namespace"})");
  refused->send_text("40/rooms/main,");
  EXPECT_TRUE(refused->receive_text().starts_with("40/rooms/main,{")) << "added by name";
  EXPECT_EQ(rooms_.opened(), 0);
  EXPECT_EQ(server_->socketio().statistics().rejected, 1U);
}

TEST_F(SocketIoDynamicNamespaces, AFailureWhileOpeningDisconnectsOnlyItsClient) {
  start();
  const auto bystander = client();
  const auto unlucky = client();
  join(*bystander, "/rooms/a");
  unlucky->send_text(R"(40/rooms/b,{"throw":true})");
  EXPECT_TRUE(unlucky->receive().is_over());
  bystander->send_text(R"(42/rooms/a,1["name"])");
  EXPECT_EQ(bystander->receive_text(), R"(43/rooms/a,1["/rooms/a"])");
}

TEST_F(SocketIoDynamicNamespaces, AreLimitedInNumber) {
  Options options = calm_options();
  options.dynamic_namespaces = 2;
  start(options);
  const auto greedy = client();
  join(*greedy, "/rooms/a");
  join(*greedy, "/rooms/b");
  greedy->send_text("40/rooms/c");
  EXPECT_EQ(greedy->receive_text(), R"(44/rooms/c,{"message":"Too many namespaces"})");
  EXPECT_TRUE(comes_to({"/rooms/a", "/rooms/b"})) << "what was opened for it is gone";
  const auto other = client();
  join(*other, "/rooms/a");  // there already
  greedy->send_text("41/rooms/b,");
  EXPECT_TRUE(comes_to({"/rooms/a"}));
  join(*greedy, "/rooms/c");
}

// Clients on several io threads come to the same room and leave it, again and again.
TEST_F(SocketIoDynamicNamespaces, AreOneForClientsThatComeAtOnce) {
  start(calm_options(), 3);
  std::vector<std::thread> visitors;
  for (int visitor = 0; visitor < 6; ++visitor) {
    visitors.emplace_back([this] {
      const auto guest = client();
      for (int visit = 0; visit < 50; ++visit) {
        join(*guest, "/rooms/a");
        guest->send_text(R"(42/rooms/a,1["name"])");
        EXPECT_EQ(guest->receive_text(), R"(43/rooms/a,1["/rooms/a"])");
        guest->send_text("41/rooms/a,");
      }
    });
  }
  for (std::thread& visitor : visitors) visitor.join();
  EXPECT_TRUE(comes_to({}));
  EXPECT_EQ(rooms_.left(), 300);
}

TEST(SocketIoNamespaces, TheFirstThatHasTheNameDecides) {
  Namespaces namespaces;
  Namespace odd;
  odd.events.try_emplace("odd");
  Namespace any;
  any.events.try_emplace("any");
  namespaces.add_matching([](std::string_view name) { return name.ends_with('1'); }, odd);
  namespaces.add_matching([](std::string_view) { return true; }, any);
  EXPECT_TRUE(namespaces.find("/1", {}, 2).value()->events.contains("odd"));
  EXPECT_TRUE(namespaces.find("/2", {}, 2).value()->events.contains("any"));
  EXPECT_EQ(namespaces.dynamic_count(), 0U) << "they are not used";
  const auto kept = namespaces.find("/1", {}, 1);
  EXPECT_EQ(namespaces.find("/1", {}, 1).value(), kept.value());
  EXPECT_EQ(namespaces.find("/2", {}, 1).error().message, "Too many namespaces");
}

}  // namespace
}  // namespace pollux::socketio::testing
