#include <atomic>
#include <optional>
#include <thread>

#include <gtest/gtest.h>

#include "http/test_wire.hpp"

namespace pollux::http {
namespace {

using namespace std::chrono_literals;

const std::string get = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";

struct KeptReply {
  std::optional<Reply> reply;
  std::atomic<bool> is_kept = false;

  void operator()(const Request&, const Reply& given) {
    reply = given;
    is_kept = true;
  }
};

TEST(ServerDrain, AnswersWhatIsInFlightAndAcceptsNoMore) {
  KeptReply kept;
  TestServer server(std::ref(kept), {}, 2);
  WireClient busy(server.port());
  WireClient idle(server.port());
  busy.send(get);
  ASSERT_TRUE(eventually([&] { return kept.is_kept.load(); }));
  ASSERT_TRUE(eventually([&] { return server.server().statistics().connections == 2; }));

  std::thread drain([&] { server.server().drain(20s); });
  EXPECT_TRUE(idle.is_closed());
  EXPECT_TRUE(eventually([&] {
    try {
      WireClient late(server.port());
      return false;
    } catch (const std::runtime_error&) {
      return true;
    }
  }));
  (*kept.reply)(text(200, "done"));
  const auto answer = busy.read_answer();
  drain.join();
  EXPECT_EQ(answer.body, "done");
  EXPECT_EQ(answer.field("Connection"), "close");
  EXPECT_EQ(server.server().statistics().connections, 0);
}

TEST(ServerDrain, LetsARequestComeInThatHasBegun) {
  TestServer server([](const Request&, const Reply& reply) { reply(text(200, "done")); });
  WireClient client(server.port());
  client.send(get + "GET / HTTP/1.1\r\n");
  EXPECT_EQ(client.read_answer().status, 200u);
  std::thread drain([&] { server.server().drain(20s); });
  client.send("Host: h\r\n\r\n");
  EXPECT_EQ(client.read_answer().body, "done");
  drain.join();
}

TEST(ServerDrain, CutsWhatIsLeftAtTheDeadline) {
  KeptReply kept;
  TestServer server(std::ref(kept));
  WireClient client(server.port());
  client.send(get);
  ASSERT_TRUE(eventually([&] { return kept.is_kept.load(); }));
  server.server().drain(1ms);
  EXPECT_TRUE(client.is_closed());
  EXPECT_EQ(server.server().statistics().connections, 0);
  (*kept.reply)(text(200, "too late"));
}

TEST(ServerDrain, OfAServerThatNobodyUsesReturns) {
  TestServer server([](const Request&, const Reply&) {});
  server.server().drain(20s);
  server.server().drain(20s);
}

TEST(Server, MayGoBeforeItsThreadsStart) {
  IoThreads threads(2);
  {
    Server server(threads, {}, [](const Request&, const Reply&) {});
    EXPECT_TRUE(server.listen({"127.0.0.1", 0}).has_value());
  }
  threads.start();
}

TEST(Server, MayGoWithRequestsInFlight) {
  KeptReply kept;
  IoThreads threads(1);
  std::optional<Server> server(std::in_place, threads, ServerOptions{}, std::ref(kept));
  const auto port = server->listen({"127.0.0.1", 0}).value().port;
  threads.start();
  WireClient client(port);
  client.send(get);
  ASSERT_TRUE(eventually([&] { return kept.is_kept.load(); }));
  server.reset();
  EXPECT_TRUE(client.is_closed());
  (*kept.reply)(text(200, "too late"));
}

TEST(Server, ThreadsMayStopWithRequestsInFlight) {
  KeptReply kept;
  IoThreads threads(1);
  Server server(threads, {}, std::ref(kept));
  const auto port = server.listen({"127.0.0.1", 0}).value().port;
  threads.start();
  WireClient client(port);
  client.send(get);
  ASSERT_TRUE(eventually([&] { return kept.is_kept.load(); }));
  threads.stop();
  kept.reply.reset();
}

}  // namespace
}  // namespace pollux::http
