// Limits on connections and times: which connections are shed, and that every wait ends.
#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <sys/resource.h>

#include "http/server.hpp"
#include "http/testing/web_sockets.hpp"
#include "http/testing/wire_client.hpp"

namespace pollux::http {
namespace {

using namespace std::chrono_literals;

void answer(const Request& request, const Reply& reply) {
  if (request.wants_websocket) return reply.upgrade({}, std::make_shared<SilentListener>());
  reply(text(200, "ok"));
}

unsigned status_of_get(WireClient& client) {
  client.send(plain_get);
  return client.read_answer().status;
}

TEST(ServerShedding, AnswersWith503IfAllConnectionsAreBusy) {
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

// Until the request is as old as a slow one, newcomers take the place of the idle connection.
TEST(ServerShedding, ClosesASlowConnectionBeforeAnIdleOne) {
  for (const std::string begun :
       {"GET / HTTP/1.1\r\nHost: ", "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nvote"}) {
    TestServer server(answer, {.limits = {.connections = 3, .header_time = 10min, .body_time = 10min}});
    WireClient busy(server.port());
    EXPECT_EQ(busy.upgrade().status, 101U);
    WireClient slow(server.port());
    slow.send(begun);
    EXPECT_TRUE(eventually([&] {
      WireClient idle(server.port());
      if (status_of_get(idle) != 200U) return false;
      WireClient newcomer(server.port());
      return status_of_get(newcomer) == 200U && slow.is_closed(1ms) && status_of_get(idle) == 200U;
    })) << begun;
  }
}

TEST(ServerShedding, ClosesAnIncompleteRequestIfNoConnectionIsIdle) {
  TestServer server(answer, {.limits = {.connections = 2, .header_time = 10min}});
  WireClient busy(server.port());
  EXPECT_EQ(busy.upgrade().status, 101U);
  WireClient incomplete(server.port());
  incomplete.send(plain_get + "GET / HTTP/1.1\r\nHost: ");
  EXPECT_EQ(incomplete.read_answer().status, 200U);
  WireClient newcomer(server.port());
  EXPECT_EQ(status_of_get(newcomer), 200U);
  EXPECT_TRUE(incomplete.is_closed());
}

TEST(ServerShedding, AcceptsConnectionsAgainAfterOthersEnded) {
  TestServer server(answer, {.limits = {.connections = 1}});
  {
    WireClient first(server.port());
    EXPECT_EQ(first.upgrade().status, 101U);
  }
  ASSERT_TRUE(eventually([&] { return server.server().statistics().connections == 0; }));
  WireClient second(server.port());
  EXPECT_EQ(status_of_get(second), 200U);
}

TEST(ServerShedding, LeavesDescriptorsForOthers) {
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

void answer_ok(const Request&, const Reply& reply) {
  reply(text(200, "ok"));
}

class SendsAtOnce : public WebSocketListener {
 public:
  explicit SendsAtOnce(SharedMessage message) : message_(std::move(message)) {}
  void on_open(std::shared_ptr<WebSocket> socket) override { socket->send_binary(message_); }
  void on_text(std::string_view) override {}
  void on_binary(std::string_view) override {}
  void on_too_slow() override { ++too_slow; }
  void on_close() override { ++closed; }

  std::atomic<int> too_slow = 0;
  std::atomic<int> closed = 0;

 private:
  SharedMessage message_;
};

TEST(ServerTimes, HeaderThatNeverEndsGets408) {
  TestServer server(answer_ok, {.limits = {.header_time = 50ms}});
  WireClient client(server.port());
  client.send("GET / HTTP/1.1\r\nHost: h\r\n");
  EXPECT_EQ(client.read_answer().status, 408u);
}

TEST(ServerTimes, HeaderThatDripsGets408) {
  TestServer server(answer_ok, {.limits = {.header_time = 300ms}});
  WireClient client(server.port());
  std::atomic<bool> answered = false;
  std::thread drip([&] {
    while (!answered && client.send("A")) std::this_thread::sleep_for(20ms);
  });
  EXPECT_EQ(client.read_answer().status, 408u);
  answered = true;
  drip.join();
}

TEST(ServerTimes, BodyThatNeverEndsGets408) {
  TestServer server(answer_ok, {.limits = {.body_time = 50ms}});
  WireClient sized(server.port());
  sized.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nabc");
  WireClient chunked(server.port());
  chunked.send("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabc");
  EXPECT_EQ(sized.read_answer().status, 408u);
  EXPECT_EQ(chunked.read_answer().status, 408u);
}

TEST(ServerTimes, IdleConnectionIsClosedWithoutAResponse) {
  TestServer server(answer_ok, {.limits = {.idle_time = 50ms}});
  WireClient silent(server.port());
  std::unique_ptr<WireClient> served;
  EXPECT_TRUE(eventually([&] {  // on a busy machine the request may come too late
    served = std::make_unique<WireClient>(server.port());
    served->send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
    return served->read_answer().status == 200u;
  }));
  EXPECT_TRUE(silent.is_closed());
  EXPECT_TRUE(served->is_closed());
}

TEST(ServerTimes, EmptyLinesBeginNoRequest) {
  TestServer server(answer_ok, {.limits = {.header_time = 10min, .idle_time = 100ms}});
  WireClient client(server.port());
  EXPECT_TRUE(eventually([&] { return !client.send("\r\n") || client.is_closed(1ms); }));
}

TEST(ServerTimes, LateHandlerGets503AndItsAnswerIsDropped) {
  std::optional<Reply> kept;
  std::atomic<bool> is_kept = false;
  std::string_view path;
  std::string reported;
  ServerOptions options{.limits = {.handler_time = 50ms, .linger_time = 50ms}};
  options.on_failure = [&reported](const HandlerFailure& failure) {
    reported = std::string(failure.path) + ": " + std::string(failure.what);
  };
  TestServer server(
      [&](const Request& request, const Reply& reply) {
        kept = reply;
        path = request.path;
        is_kept = true;
      },
      options);
  WireClient client(server.port());
  client.send("GET /late HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_EQ(client.read_answer().status, 503u);
  client.finish_sending();
  EXPECT_TRUE(client.is_closed());
  ASSERT_TRUE(is_kept);
  EXPECT_EQ(path, "/late") << "the request is valid as long as its reply";
  EXPECT_EQ(reported, "/late: The handler did not reply in time.");
  EXPECT_EQ(server.server().statistics().failed, 1U);
  (*kept)(text(200, "too late"));
  kept.reset();
}

TEST(ServerTimes, ClientThatDoesNotReadIsClosed) {
  const auto large = std::make_shared<const std::string>(30'000'000, 'x');
  std::atomic<int> requests = 0;
  TestServer server(
      [&](const Request&, const Reply& reply) {
        ++requests;
        reply(html(200, large));
      },
      {.limits = {.write_time = 50ms}});
  WireClient client(server.port(), 4096);
  client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  ASSERT_TRUE(eventually([&] { return requests == 1; }));
  EXPECT_TRUE(eventually([&] { return server.server().statistics().connections == 0; }));
}

// Reads little at a time until `closed`.
std::thread dripping_reader(WireClient& client, const std::atomic<bool>& closed) {
  return std::thread([&] {
    while (!closed && client.receive_at_most(4000)) std::this_thread::sleep_for(1ms);
  });
}

TEST(ServerTimes, ReaderThatDripsIsClosed) {
  const auto large = std::make_shared<const std::string>(60'000'000, 'x');
  std::atomic<int> requests = 0;
  TestServer server(
      [&](const Request&, const Reply& reply) {
        ++requests;
        reply(html(200, large));
      },
      {.limits = {.write_time = 2s, .write_bytes_per_second = 100'000'000}});
  WireClient client(server.port(), 65'536);
  client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  ASSERT_TRUE(eventually([&] { return requests == 1; }));
  std::atomic<bool> closed = false;
  auto reader = dripping_reader(client, closed);
  EXPECT_TRUE(eventually([&] { return server.server().statistics().connections == 0; }));
  closed = true;
  reader.join();
}

TEST(ServerTimes, ReaderThatDripsLosesItsWebSocket) {
  const auto large = std::make_shared<const std::string>(30'000'000, 'x');
  const auto listener = std::make_shared<SendsAtOnce>(large);
  TestServer server([&](const Request&, const Reply& reply) { reply.upgrade({}, listener); },
                    {.limits = {.write_time = 300ms, .write_bytes_per_second = 100'000'000}});
  WireClient client(server.port(), 4096);
  EXPECT_EQ(client.upgrade().status, 101U);
  std::atomic<bool> closed = false;
  auto reader = dripping_reader(client, closed);
  EXPECT_TRUE(eventually([&] { return server.server().statistics().connections == 0; }));
  closed = true;
  reader.join();
  EXPECT_EQ(listener->too_slow, 1);
  EXPECT_EQ(listener->closed, 1);
}

TEST(ServerTimes, WebSocketReaderThatIsSlowButFastEnoughStays) {
  const auto large = std::make_shared<const std::string>(30'000'000, 'x');
  const auto listener = std::make_shared<SendsAtOnce>(large);
  TestServer server([&](const Request&, const Reply& reply) { reply.upgrade({}, listener); },
                    {.limits = {.write_time = 3s, .write_bytes_per_second = 1}});
  WireClient client(server.port(), 65'536);
  EXPECT_EQ(client.upgrade().status, 101U);
  for (int read = 0; read < 400; ++read) {  // for longer than write_time, and less than all
    ASSERT_TRUE(client.receive_at_most(65'536)) << read;
    std::this_thread::sleep_for(10ms);
  }
  EXPECT_EQ(listener->too_slow, 0);
}

TEST(ServerTimes, SlowReaderIsServedWhileItReads) {
  const auto large = std::make_shared<const std::string>(8'000'000, 'x');
  TestServer server([&](const Request&, const Reply& reply) { reply(html(200, large)); });
  WireClient client(server.port(), 4096);
  client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_EQ(client.read_answer().body.size(), large->size());
}

}  // namespace
}  // namespace pollux::http
