// Answers that the server asks for, and clients that come back, over real sockets.
#include <atomic>
#include <chrono>
#include <future>
#include <memory>
#include <mutex>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

#include "socketio/server.hpp"
#include "socketio/testing/fixture_server.hpp"
#include "socketio/testing/test_client.hpp"

namespace pollux::socketio::testing {
namespace {

using std::chrono::milliseconds;

// Hears what answers came, on any thread.
class Answers {
 public:
  Socket::Answered hear() {
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

Namespaces asking(Answers& answers, milliseconds time) {
  Namespace main;
  main.events["ask"] = [&answers, time](const auto& socket, const Arguments& arguments, const Acknowledge&) {
    socket->emit_with_ack("question", arguments, time, answers.hear());
  };
  main.events["leave"] = [](const auto& socket, const Arguments&, const Acknowledge&) {
    socket->disconnect();
  };
  Namespaces namespaces;
  namespaces.add("/", std::move(main));
  return namespaces;
}

TEST(SocketIoAnswers, ReachTheirQuestions) {
  Answers answers;
  FixtureServer server(calm_options(), asking(answers, milliseconds(20'000)));
  TestClient client(server.port());
  client.send_text("40");
  client.receive_text();
  client.send_text(R"(42["ask","first"])");
  EXPECT_EQ(client.receive_text(), R"(420["question","first"])");
  client.send_text(R"(42["ask","second"])");
  EXPECT_EQ(client.receive_text(), R"(421["question","second"])");
  client.send_text(R"(431["two",2])");
  client.send_text(R"(430[])");
  client.send_text(R"(430["again"])");    // once only
  client.send_text(R"(4377["nobody"])");  // none asked
  EXPECT_TRUE(eventually([&] { return answers.texts().size() == 2; }));
  client.send_text(R"(42["ask"])");
  EXPECT_EQ(client.receive_text(), R"(422["question"])");
  EXPECT_EQ(answers.texts(), (std::vector<std::string>{R"(["two",2])", "[]"}));
}

TEST(SocketIoAnswers, ThatDoNotComeInTimeAreGivenUp) {
  Answers answers;
  FixtureServer server(calm_options(), asking(answers, milliseconds(1)));
  TestClient client(server.port());
  client.send_text("40");
  client.receive_text();
  client.send_text(R"(42["ask"])");
  EXPECT_EQ(client.receive_text(), R"(420["question"])");
  EXPECT_TRUE(eventually([&] { return answers.texts().size() == 1; }));
  client.send_text(R"(430["late"])");
  client.send_text(R"(42["ask"])");
  EXPECT_EQ(client.receive_text(), R"(421["question"])");
  EXPECT_TRUE(eventually([&] { return answers.texts().size() == 2; }));
  EXPECT_EQ(answers.texts().front(), "The client did not answer in time.");
  EXPECT_EQ(server.socketio().statistics().unanswered, 2U);
}

TEST(SocketIoAnswers, AreGivenUpWhereTheClientLeaves) {
  Answers answers;
  FixtureServer server(calm_options(), asking(answers, milliseconds(20'000)));
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
  EXPECT_TRUE(eventually([&] { return answers.texts().size() == 2; }));
  EXPECT_EQ(answers.texts(), std::vector<std::string>(2, "The client has disconnected."));
}

TEST(SocketIoAnswers, AreBounded) {
  Answers answers;
  Options options = calm_options();
  options.answers_per_socket = 1;
  FixtureServer server(options, asking(answers, milliseconds(20'000)));
  TestClient client(server.port());
  client.send_text("40");
  client.receive_text();
  client.send_text(R"(42["ask",1])");
  client.send_text(R"(42["ask",2])");
  EXPECT_EQ(client.receive_text(), R"(420["question",1])");
  EXPECT_TRUE(eventually([&] { return answers.texts().size() == 1; }));
  EXPECT_EQ(answers.texts().front(), "The client owes too many answers. Wait for some of them.");
}

class SocketIoComeback : public ::testing::TestWithParam<std::size_t> {
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
      if (auth.contains("pid") || auth.contains("offset")) return ConnectError{"It got the private id.", {}};
      if (auth.contains("refuse")) return ConnectError{"Refused", {}};
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

  // { sid, pid } of a client that connects with these data.
  static std::pair<std::string, std::string> connect(TestClient& client, const std::string& data = {}) {
    client.send_text("40" + data);
    const std::string answer = client.receive_text();
    const auto object = boost::json::parse(answer.substr(2)).as_object();
    return {std::string(object.at("sid").as_string()), std::string(object.at("pid").as_string())};
  }
  static std::string comeback(const std::string& pid, const std::string& offset,
                              const std::string& more = {}) {
    return R"({"pid":")" + pid + R"(","offset":")" + offset + '"' + more + '}';
  }
  bool all_have_left() {
    return eventually([&] { return server_.socketio().statistics().sockets == 0; });
  }

  FixtureServer server_{recovering(), rooms(), GetParam()};
};

INSTANTIATE_TEST_SUITE_P(IoThreads, SocketIoComeback, ::testing::Values(1, 4));

TEST_P(SocketIoComeback, GoesOnWithIdRoomsAndWhatWasMissed) {
  std::string sid;
  std::string pid;
  {
    TestClient client(server_.port());
    std::tie(sid, pid) = connect(client);
    client.send_text(R"(42["echo","seen"])");
    EXPECT_EQ(client.receive_text(), R"(42["echo-back","seen","1"])");
  }
  ASSERT_TRUE(all_have_left());
  server_.socketio().broadcast({}, "news", {"two"});
  server_.socketio().broadcast({.room = "room"}, "news", {"three"});
  server_.socketio().broadcast({.room = "another"}, "news", {"not for it"});

  TestClient client(server_.port());
  EXPECT_EQ(connect(client, comeback(pid, "1")), std::pair(sid, pid));
  EXPECT_EQ(client.receive_text(), R"(42["news","two","2"])");
  EXPECT_EQ(client.receive_text(), R"(42["news","three","3"])");
  server_.socketio().broadcast({.room = "room"}, "news", {"five"});
  EXPECT_EQ(client.receive_text(), R"(42["news","five","5"])");
  EXPECT_EQ(server_.socketio().statistics().recovered, 1U);
}

TEST_P(SocketIoComeback, IsNotAskedForByAdmitAgain) {
  std::string pid;
  {
    TestClient client(server_.port());
    pid = connect(client).second;
  }
  ASSERT_TRUE(all_have_left());
  TestClient client(server_.port());
  client.send_text("40" + std::string(R"({"refuse":1})"));
  EXPECT_EQ(client.receive_text(), R"(44{"message":"Refused"})");
  client.send_text("40" + std::string(R"({"refuse":1,"pid":")") + pid + "\"}");
  EXPECT_TRUE(client.receive_text().starts_with(R"(40{"sid":")"));
}

TEST_P(SocketIoComeback, IsAFreshStartAfterAGoodbyeOrWithAnotherPid) {
  TestClient client(server_.port());
  const auto [sid, pid] = connect(client);
  client.send_text("41");
  ASSERT_TRUE(all_have_left());
  const auto [second_sid, second_pid] = connect(client, comeback(pid, "1"));
  EXPECT_NE(second_sid, sid);
  EXPECT_NE(second_pid, pid);
  EXPECT_EQ(server_.socketio().statistics().recovered, 0U);
}

TEST_P(SocketIoComeback, StatesHaveNoOffset) {
  TestClient client(server_.port());
  connect(client);
  server_.socketio().broadcast_latest({{}, "scores"}, "scores", {"text"});
  EXPECT_EQ(client.receive_text(), R"(42["scores","text",null])");
}

// Broadcasts are under way to all threads while clients come and go: each sees each of them, once, in order.
TEST_P(SocketIoComeback, LosesAndDoublesNothingUnderBroadcasts) {
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
    ASSERT_TRUE(all_have_left());
    client = std::make_unique<TestClient>(server_.port());
    ASSERT_EQ(connect(*client, comeback(pid, last)).second, pid);
  }
  stops = true;
}

TEST(SocketIoComebackOptions, IsAskedForByAdmitWhereThatIsWished) {
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

TEST(SocketIoComebackOptions, IsOffByDefault) {
  FixtureServer server(calm_options());
  TestClient client(server.port());
  client.send_text("40");
  EXPECT_EQ(client.receive_text().find("pid"), std::string::npos);
  EXPECT_EQ(client.receive_text(), R"(42["auth",{}])");  // without an offset
}

}  // namespace
}  // namespace pollux::socketio::testing
