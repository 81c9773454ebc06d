// Answers that are long in coming, as a long poll's are, and clients that do not wait for them.
#include <atomic>
#include <mutex>
#include <optional>

#include <gtest/gtest.h>

#include "http/test_wire.hpp"

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

  Parking parking;
  TestServer server{[this](const Request& request, const Reply& reply) { parking(request, reply); },
                    {.limits = {.handler_time = 300ms, .linger_time = 50ms}}};
};

TEST_F(LateAnswers, TellsWhenTheClientHasClosed) {
  {
    WireClient client(server.port());
    park(client);
  }
  EXPECT_TRUE(is_abandoned());
  EXPECT_TRUE(connections_have_ended());
}

TEST_F(LateAnswers, TellsWhenTheClientHasReset) {
  WireClient client(server.port());
  park(client);
  client.reset();
  EXPECT_TRUE(is_abandoned());
}

TEST_F(LateAnswers, ClientThatFinishedSendingCountsAsGone) {
  WireClient client(server.port());
  park(client);
  client.finish_sending();
  EXPECT_TRUE(is_abandoned());
  EXPECT_TRUE(client.is_closed());
}

TEST_F(LateAnswers, ClientThatFinishedSendingIsAnsweredWhereNobodyListens) {
  parking.listens = false;
  WireClient client(server.port());
  park(client);
  client.finish_sending();
  parking.reply()(text(200, "still here"));
  EXPECT_EQ(client.read_answer().body, "still here");
}

TEST_F(LateAnswers, TellsOneWhoListensLaterFromAnotherThread) {
  parking.listens = false;
  WireClient client(server.port());
  park(client);
  client.reset();
  EXPECT_TRUE(connections_have_ended());
  parking.reply().on_abandoned([this] { ++parking.abandoned; });
  EXPECT_TRUE(is_abandoned());
}

TEST_F(LateAnswers, TellsNobodyAfterTheAnswer) {
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

TEST_F(LateAnswers, TellsWhenTheTimeIsOver) {
  WireClient client(server.port());
  park(client);
  EXPECT_EQ(client.read_answer().status, 503u);
  EXPECT_TRUE(is_abandoned());
}

TEST_F(LateAnswers, WaitAsLongAsTheHandlerAsks) {
  parking.time = 1h;
  WireClient patient(server.port());
  park(patient);
  const Reply late = parking.reply();
  parking.time.reset();
  WireClient other(server.port());
  park(other);
  EXPECT_EQ(other.read_answer().status, 503u) << "handler_time holds for the others";
  late(text(200, "late"));
  EXPECT_EQ(patient.read_answer().body, "late");
}

TEST_F(LateAnswers, TellsWhenTheServerCutsTheConnection) {
  WireClient client(server.port());
  park(client);
  server.server().drain(1ms);
  EXPECT_TRUE(is_abandoned());
}

}  // namespace
}  // namespace pollux::http
