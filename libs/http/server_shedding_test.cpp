// More connections than there is room for: which go, and what the others notice.
#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <sys/resource.h>

#include "http/test_wire.hpp"

namespace pollux::http {
namespace {

class Silent : public WebSocketListener {
 public:
  void on_open(std::shared_ptr<WebSocket>) override {}
  void on_text(std::string_view) override {}
  void on_binary(std::string_view) override {}
  void on_close() override {}
};

void answer(const Request& request, const Reply& reply) {
  if (request.wants_websocket) return reply.upgrade({}, std::make_shared<Silent>());
  reply(text(200, "ok"));
}

const std::string get = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";

unsigned status_of_get(WireClient& client) {
  client.send(get);
  return client.read_answer().status;
}

TEST(ServerShedding, AnswersWith503WhereAllConnectionsAreBusy) {
  std::atomic<int> shed = 0;
  ServerOptions options{.limits = {.connections = 2}};
  options.on_shed = [&](Shed why) { shed += why == Shed::too_many_connections ? 1 : 1000; };
  TestServer server(answer, options);
  WireClient first(server.port());
  WireClient second(server.port());
  for (auto* client : {&first, &second}) EXPECT_EQ(client->upgrade().status, 101U);
  WireClient third(server.port());
  const auto rejected = third.read_answer();
  EXPECT_EQ(rejected.status, 503U);
  EXPECT_EQ(rejected.field("Retry-After"), "5");
  EXPECT_EQ(shed, 1);
  EXPECT_EQ(server.server().statistics().shed, 1U);
}

TEST(ServerShedding, ClosesTheOldestIdleConnectionForANewOne) {
  TestServer server(answer, {.limits = {.connections = 3}});
  WireClient busy(server.port());
  EXPECT_EQ(busy.upgrade().status, 101U);
  WireClient first(server.port());
  EXPECT_EQ(status_of_get(first), 200U);
  WireClient second(server.port());
  EXPECT_EQ(status_of_get(second), 200U);
  WireClient third(server.port());
  EXPECT_EQ(status_of_get(third), 200U);
  EXPECT_TRUE(first.is_closed());
  EXPECT_EQ(status_of_get(second), 200U);
  EXPECT_EQ(server.server().statistics().shed, 1U);
}

TEST(ServerShedding, TakesConnectionsAgainWhenOthersHaveGone) {
  TestServer server(answer, {.limits = {.connections = 1}});
  {
    WireClient first(server.port());
    EXPECT_EQ(first.upgrade().status, 101U);
  }
  ASSERT_TRUE(eventually([&] { return server.server().statistics().connections == 0; }));
  WireClient second(server.port());
  EXPECT_EQ(status_of_get(second), 200U);
}

TEST(ServerShedding, LeavesDescriptorsToOthers) {
  constexpr std::size_t usable = 100;
  std::atomic<int> shed = 0;
  ServerOptions options;
  options.limits.spare_descriptors = limit_of_descriptors() - usable;
  options.on_shed = [&](Shed why) { shed += why == Shed::too_few_descriptors ? 1 : 1000; };
  TestServer server(answer, options);
  TestServer other(answer);
  std::vector<std::unique_ptr<WireClient>> clients;
  unsigned status = 101;
  while (status == 101) {
    ASSERT_LT(clients.size(), usable);
    clients.push_back(std::make_unique<WireClient>(server.port()));
    status = clients.back()->upgrade().status;
  }
  EXPECT_EQ(status, 503U);
  EXPECT_GT(clients.size(), usable / 4);  // each takes two descriptors, since both ends are here
  EXPECT_EQ(shed, 1);
  WireClient client(other.port());
  EXPECT_EQ(status_of_get(client), 200U);
}

}  // namespace
}  // namespace pollux::http
