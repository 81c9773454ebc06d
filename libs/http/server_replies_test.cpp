// Late responses, clients that do not wait for them, and draining.
#include <atomic>
#include <mutex>
#include <optional>
#include <thread>

#include <gtest/gtest.h>

#include "http/server.hpp"
#include "http/testing/wire_client.hpp"

namespace pollux::http {
namespace {

using namespace std::chrono_literals;

// Keeps the reply of the newest request and counts how often it was abandoned.
class Parking {
 public:
  void operator()(const Request&, const Reply& reply) {
    const std::lock_guard lock(mutex_);
    reply_ = reply;
    ++parked;
    if (!listens) return;
    if (time) reply.wait_at_most(*time);
    reply.on_abandoned([this, reply] { ++abandoned; });
  }
  Reply reply() {
    const std::lock_guard lock(mutex_);
    return *reply_;
  }
  void forget() {
    const std::lock_guard lock(mutex_);
    reply_.reset();
  }

  std::atomic<int> parked = 0;
  std::atomic<int> abandoned = 0;
  std::optional<std::chrono::milliseconds> time;
  bool listens = true;

 private:
  std::mutex mutex_;
  std::optional<Reply> reply_;
};

class LateAnswers : public testing::Test {
 protected:
  explicit LateAnswers(std::chrono::milliseconds handler_time = 1h) : handler_time_(handler_time) {}
  ~LateAnswers() override { parking.forget(); }  // before the io threads, which outlive every reply

  void park(WireClient& client) {
    const int before = parking.parked;
    client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
    ASSERT_TRUE(eventually([&] { return parking.parked == before + 1; }));
  }
  bool is_abandoned() {
    return eventually([&] { return parking.abandoned == 1; });
  }
  bool connections_have_ended() {
    return eventually([&] { return server.server().statistics().connections == 0; });
  }

 private:
  const std::chrono::milliseconds handler_time_;

 protected:
  Parking parking;
  TestServer server{[this](const Request& request, const Reply& reply) { parking(request, reply); },
                    {.limits = {.handler_time = handler_time_, .linger_time = 50ms}}};
};

class TooLateAnswers : public LateAnswers {
 protected:
  TooLateAnswers() : LateAnswers(300ms) {}
};

TEST_F(LateAnswers, NotifyWhenTheClientCloses) {
  {
    WireClient client(server.port());
    park(client);
  }
  EXPECT_TRUE(is_abandoned());
  EXPECT_TRUE(connections_have_ended());
}

TEST_F(LateAnswers, NotifyWhenTheClientResets) {
  WireClient client(server.port());
  park(client);
  client.reset();
  EXPECT_TRUE(is_abandoned());
}

TEST_F(LateAnswers, ClientThatFinishedSendingCountsAsDisconnected) {
  WireClient client(server.port());
  park(client);
  client.finish_sending();
  EXPECT_TRUE(is_abandoned());
  EXPECT_TRUE(client.is_closed());
}

TEST_F(LateAnswers, ClientThatFinishedSendingIsAnsweredWithoutACallback) {
  parking.listens = false;
  WireClient client(server.port());
  park(client);
  client.finish_sending();
  parking.reply()(text(200, "still here"));
  EXPECT_EQ(client.read_answer().body, "still here");
}

TEST_F(TooLateAnswers, NotifyACallbackThatIsSetLaterOnAnotherThread) {
  parking.listens = false;
  WireClient client(server.port());
  park(client);
  client.reset();
  EXPECT_TRUE(connections_have_ended());
  parking.reply().on_abandoned([this] { ++parking.abandoned; });
  EXPECT_TRUE(is_abandoned());
}

TEST_F(LateAnswers, DoNotNotifyAfterTheResponse) {
  {
    WireClient client(server.port());
    park(client);
    parking.reply()(text(200, "ok"));
    EXPECT_EQ(client.read_answer().status, 200u);
    park(client);  // the next request of the same connection
    parking.reply()(text(200, "ok"));
    EXPECT_EQ(client.read_answer().status, 200u);
  }
  EXPECT_TRUE(connections_have_ended());
  EXPECT_EQ(parking.abandoned, 0);
}

TEST_F(TooLateAnswers, NotifyAtTheTimeout) {
  WireClient client(server.port());
  park(client);
  EXPECT_EQ(client.read_answer().status, 503u);
  EXPECT_TRUE(is_abandoned());
}

TEST_F(TooLateAnswers, WaitAsLongAsTheHandlerAsks) {
  parking.time = 1h;
  WireClient patient(server.port());
  park(patient);
  const Reply late = parking.reply();
  parking.time.reset();
  WireClient other(server.port());
  park(other);
  EXPECT_EQ(other.read_answer().status, 503u) << "handler_time applies to others";
  late(text(200, "late"));
  EXPECT_EQ(patient.read_answer().body, "late");
}

TEST_F(LateAnswers, NotifyWhenTheServerClosesTheConnection) {
  WireClient client(server.port());
  park(client);
  server.server().drain(1ms);
  EXPECT_TRUE(is_abandoned());
}

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
  busy.send(plain_get);
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

TEST(ServerDrain, AnswersARequestThatHasBegunToArrive) {
  TestServer server([](const Request&, const Reply& reply) { reply(text(200, "done")); });
  WireClient client(server.port());
  client.send(plain_get + "GET / HTTP/1.1\r\n");
  EXPECT_EQ(client.read_answer().status, 200u);
  std::thread drain([&] { server.server().drain(20s); });
  client.send("Host: h\r\n\r\n");
  EXPECT_EQ(client.read_answer().body, "done");
  drain.join();
}

TEST(ServerDrain, ClosesWhatIsLeftAtTheDeadline) {
  KeptReply kept;
  TestServer server(std::ref(kept));
  WireClient client(server.port());
  client.send(plain_get);
  ASSERT_TRUE(eventually([&] { return kept.is_kept.load(); }));
  server.server().drain(1ms);
  EXPECT_TRUE(client.is_closed());
  EXPECT_EQ(server.server().statistics().connections, 0);
  (*kept.reply)(text(200, "too late"));
}

TEST(ServerDrain, OfAnIdleServerReturns) {
  TestServer server([](const Request&, const Reply&) {});
  server.server().drain(20s);
  server.server().drain(20s);
}

TEST(Server, CanBeDestroyedBeforeItsThreadsStart) {
  IoThreads threads(2);
  {
    Server server(threads, {}, [](const Request&, const Reply&) {});
    EXPECT_TRUE(server.listen({"127.0.0.1", 0}).has_value());
  }
  threads.start();
}

TEST(Server, CanBeDestroyedWithRequestsInFlight) {
  KeptReply kept;
  IoThreads threads(1);
  std::optional<Server> server(std::in_place, threads, ServerOptions{}, std::ref(kept));
  const auto port = server->listen({"127.0.0.1", 0}).value().port;
  threads.start();
  WireClient client(port);
  client.send(plain_get);
  ASSERT_TRUE(eventually([&] { return kept.is_kept.load(); }));
  server.reset();
  EXPECT_TRUE(client.is_closed());
  (*kept.reply)(text(200, "too late"));
}

TEST(Server, ItsThreadsCanStopWithRequestsInFlight) {
  KeptReply kept;
  IoThreads threads(1);
  Server server(threads, {}, std::ref(kept));
  const auto port = server.listen({"127.0.0.1", 0}).value().port;
  threads.start();
  WireClient client(port);
  client.send(plain_get);
  ASSERT_TRUE(eventually([&] { return kept.is_kept.load(); }));
  threads.stop();
  kept.reply.reset();
}

}  // namespace
}  // namespace pollux::http
