// Packets that no Socket.IO client sends, and input that costs memory.
#include <algorithm>
#include <iostream>
#include <memory>
#include <vector>

#include "engineio/options.hpp"
#include "socketio/testing/bad_input.hpp"

namespace pollux::socketio::testing {
namespace {

struct Message {
  std::string name;
  std::string text;
  bool is_after_connect = true;
};

std::string padded(const std::string& head, std::size_t size, const std::string& tail) {
  return head + std::string(size, 'a') + tail;
}
std::string nested(std::size_t depth) {
  return R"(42["message",)" + std::string(depth, '[') + std::string(depth, ']') + "]";
}

class SocketIoInput : public BadInputTest<::testing::TestWithParam<Message>> {
 protected:
  void begin(TestClient& client) const {
    if (GetParam().is_after_connect) client.connect();
  }
};

class BadSocketIo : public SocketIoInput {};

TEST_P(BadSocketIo, ClosesTheWebSocket) {
  TestClient client(port());
  begin(client);
  client.send_text(GetParam().text);
  EXPECT_TRUE(client.receive().is_over());
}

TEST_P(BadSocketIo, ClosesThePollingSession) {
  const PollingClient client(port(), "/socket.io/");
  if (GetParam().is_after_connect) client.post("40");
  EXPECT_EQ(client.post(GetParam().text).status, 400U);
  EXPECT_EQ(client.get().status, 400U);
}

INSTANTIATE_TEST_SUITE_P(
    Json, BadSocketIo,
    ::testing::Values(Message{"TooDeep", nested(65)}, Message{"FarTooDeep", nested(200'000)},
                      Message{"LoneSurrogate", R"(42["message","\ud800"])"},
                      Message{"TooLarge", R"(42["message",1e400])"},
                      Message{"NotANumber", R"(42["message",NaN])"}, Message{"Trailing", R"(42["message"]x)"},
                      Message{"Unfinished", R"(42["message")"}, Message{"Object", "42{}"},
                      Message{"Nothing", "42"}, Message{"EmptyArray", "42[]"}),
    name_of_input);

INSTANTIATE_TEST_SUITE_P(Events, BadSocketIo,
                         ::testing::Values(Message{"NumberAsName", "42[1]"},
                                           Message{"NullAsName", "42[null]"},
                                           Message{"ObjectAsName", R"(42[{"toString":1}])"},
                                           Message{"Reserved", R"(42["disconnect"])"},
                                           Message{"ReservedConnect", R"(42["connect"])"},
                                           Message{"ReservedListener", R"(42["newListener"])"},
                                           Message{"HugeId", R"(4299999999999999999999["message"])"},
                                           Message{"IdBeyondABrowsers", R"(429007199254740992["message"])"},
                                           Message{"LettersAsId", R"(42abc["message"])"},
                                           Message{"BeforeConnect", R"(42["message"])", false},
                                           Message{"UnjoinedNamespace", R"(42/custom,["message"])"},
                                           Message{"AckWithoutId", "43[]"}, Message{"UnknownType", "47"},
                                           Message{"Empty", "4"}),
                         name_of_input);

INSTANTIATE_TEST_SUITE_P(
    Binary, BadSocketIo,
    ::testing::Values(
        Message{"NoCount", "45-"}, Message{"NoneAttached", R"(450-["message"])"},
        Message{"ExponentAsCount", R"(451e1-["message"])"}, Message{"TooMany", R"(4511-["message"])"},
        Message{"HugeCount", R"(45999999999999-["message"])"}, Message{"NoDash", R"(451["message"])"},
        Message{"NegativeIndex", R"(451-["message",{"_placeholder":true,"num":-1}])"},
        Message{"IndexBeyond", R"(451-["message",{"_placeholder":true,"num":5}])"},
        Message{"FractionAsIndex", R"(451-["message",{"_placeholder":true,"num":0.5}])"},
        Message{"NameAsIndex", R"(451-["message",{"_placeholder":true,"num":"splice"}])"},
        Message{"RepeatedIndex",
                R"(452-["message",{"_placeholder":true,"num":0},{"_placeholder":true,"num":0}])"},
        Message{"NoPlaceholder", R"(451-["message"])"}, Message{"OldAck", "460-1[]"}),
    name_of_input);

INSTANTIATE_TEST_SUITE_P(Connections, BadSocketIo,
                         ::testing::Values(Message{"Twice", "40"}, Message{"WithArray", "40[]", false},
                                           Message{"WithNull", "40null", false},
                                           Message{"WithText", R"(40"abc")", false},
                                           Message{"DisconnectWithData", "41{}"},
                                           Message{"ErrorOfTheClient", R"(44{"message":"x"})"},
                                           Message{"HugeNamespace", padded("40/", 100'000, ","), false},
                                           Message{"NamespaceBeyondItsBound", padded("40/", 256, ","), false},
                                           Message{"ControlCharacterInNamespace", "40/a\x01,", false},
                                           Message{"NamespaceWithoutSlash", "40custom", false}),
                         name_of_input);

// Unusual, but valid.
class UnusualSocketIo : public SocketIoInput {};

TEST_P(UnusualSocketIo, IsAccepted) {
  TestClient client(port());
  begin(client);
  client.send_text(GetParam().text);
  client.send_text(R"(42["message","after"])");
  std::string text;
  do {
    text = client.receive_event();
  } while (!text.starts_with('<') && text != R"(42["message-back","after"])");
  EXPECT_EQ(text, R"(42["message-back","after"])");
}

INSTANTIATE_TEST_SUITE_P(
    SocketIo, UnusualSocketIo,
    ::testing::Values(Message{"LongText", padded(R"(42["message",")", 900'000, R"("])")},
                      Message{"LongKey", padded(R"(42["message",{")", 900'000, R"(":1}])")},
                      Message{"LongName", padded(R"(42[")", 900'000, R"("])")},
                      Message{"DuplicateKeys", R"(42["message",{"a":1,"a":2}])"},
                      Message{"Zero", R"(42["message","\u0000"])"}, Message{"AtTheDepthLimit", nested(63)},
                      Message{"NameOfTheLanguage", R"(42["__proto__",1])"},
                      Message{"KeyOfTheLanguage", R"(42["message",{"__proto__":{"a":1}}])"},
                      Message{"UnknownAck", "4317[]"}, Message{"UnknownNamespace", "40/random"},
                      Message{"NamespaceOfTheLanguage", "40/__proto__"},
                      Message{"PlaceholderInText", R"(42["message",{"_placeholder":true,"num":0}])"}),
    name_of_input);

class BadSocketIoSequences : public BadInputTest<::testing::Test> {};

TEST_F(BadSocketIoSequences, TextBetweenAttachmentsClosesTheConnection) {
  TestClient client(port());
  client.connect();
  client.send_text(R"(451-["message",{"_placeholder":true,"num":0}])");
  client.send_text(R"(42["message"])");
  EXPECT_TRUE(client.receive().is_over());
}

TEST_F(BadSocketIoSequences, BinaryWithoutAHeaderClosesTheConnection) {
  TestClient client(port());
  client.connect();
  client.send_binary("\x01");
  EXPECT_TRUE(client.receive().is_over());
  const PollingClient polling(port(), "/socket.io/");
  polling.post("40");
  EXPECT_EQ(polling.post("bAQID").status, 400U);
}

TEST_F(BadSocketIoSequences, EveryConnectOfAFloodIsAnswered) {
  TestClient client(port());
  for (int i = 0; i < 1'000; ++i) client.send_text("40/random" + std::to_string(i));
  for (int i = 0; i < 1'000; ++i) {
    EXPECT_EQ(client.receive_event(),
              "44/random" + std::to_string(i) + R"(,{"message":"Invalid namespace"})");
  }
}

class UnfinishedSocketIo : public BadInputTest<::testing::Test> {
 protected:
  UnfinishedSocketIo() : BadInputTest(frequent_heartbeat) {}
};

TEST_F(UnfinishedSocketIo, MissingAttachmentsCloseTheConnection) {
  TestClient client(port());
  client.connect();
  client.send_text(R"(451-["message",{"_placeholder":true,"num":0}])");
  EXPECT_TRUE(client.is_closed_within(std::chrono::seconds(20)));  // it does not send pongs either
}

constexpr std::size_t megabyte = 1'000'000;

class BadInputMemory : public BadInputTest<::testing::Test> {
 protected:
  BadInputMemory() { EXPECT_TRUE(bystander_->is_undisturbed()); }

  void note() { most_ = std::max(most_, process_.resident_bytes()); }
  // Sanitizers hold freed memory back, so with them the number has no meaning.
  void expect_growth_below([[maybe_unused]] std::size_t bytes) {
    note();
    const std::size_t growth = most_ > before_ ? most_ - before_ : 0;
    RecordProperty("growth_bytes", std::to_string(growth));
    std::cout << "growth: " << growth / 1'000 << " kB\n";
#ifndef POLLUX_SANITIZED
    EXPECT_LT(growth, bytes);
#endif
  }

 private:
  std::size_t before_ = process_.resident_bytes();
  std::size_t most_ = 0;
};

TEST_F(BadInputMemory, AMegabyteOfSeparators) {
  for (int i = 0; i < 20; ++i) {
    const PollingClient client(port(), "/engine.io/");
    EXPECT_EQ(client.post(std::string(megabyte, '\x1e')).status, 400U);
    note();
  }
  expect_growth_below(16 * megabyte);
}

TEST_F(BadInputMemory, AsManyPacketsInAPostAsAllowed) {
  std::string payload = "4a";
  for (std::size_t i = 1; i < engineio::Options().payload_packets; ++i)
    payload +=
        "\x1e"
        "4a";
  for (int i = 0; i < 10; ++i) {
    const PollingClient client(port(), "/engine.io/");
    EXPECT_EQ(client.post(payload).body, "ok");
    note();
    EXPECT_EQ(client.get().body, payload);
    EXPECT_EQ(client
                  .post(payload + "\x1e"
                                  "4a")
                  .status,
              400);
  }
  expect_growth_below(32 * megabyte);
}

TEST_F(BadInputMemory, DeepJson) {
  const std::string deep = R"(42["message",)" + std::string(200'000, '[') + std::string(200'000, ']') + "]";
  for (int i = 0; i < 20; ++i) {
    TestClient client(port());
    client.connect();
    client.send_text(deep);
    EXPECT_TRUE(client.is_closed_within());
    note();
  }
  expect_growth_below(16 * megabyte);
}

TEST_F(BadInputMemory, WideJson) {
  std::string wide = R"(42["unknown")";
  while (wide.size() < 900'000) wide += ",[]";
  for (int i = 0; i < 10; ++i) {
    TestClient client(port());
    client.connect();
    client.send_text(wide + "]");
    client.send_text(R"(42["message"])");
    EXPECT_EQ(client.receive_event(), R"(42["message-back"])");
    note();
  }
  expect_growth_below(64 * megabyte);
}

TEST_F(BadInputMemory, AMessageInFragmentsOfOneByte) {
  constexpr std::size_t fragments = 200'000;
  WebSocketClient client(port(), "/engine.io/?EIO=4&transport=websocket");
  client.receive_text();
  client.send_frame(0x01, "4");
  for (std::size_t i = 1; i < fragments; ++i) {
    client.send_frame(0x00, "a");
    if (i % 10'000 == 0) note();
  }
  client.send_frame(0x80, "a");
  EXPECT_EQ(client.receive_text(), "4" + std::string(fragments, 'a'));
  expect_growth_below(16 * megabyte);
}

TEST_F(BadInputMemory, ClientsThatNeverRead) {
  constexpr std::size_t clients = 20;
  constexpr std::size_t bound = 5 * megabyte;  // Options::buffered_bytes of the fixture, and overhead
  const std::string message = R"(42["message",")" + std::string(100'000, 'a') + R"("])";
  std::vector<std::unique_ptr<TestClient>> connected;
  for (std::size_t i = 0; i < clients; ++i) {
    connected.push_back(std::make_unique<TestClient>(port()));
    connected.back()->connect();
    // 12 MB: more than the kernel buffers for a loopback connection.
    for (int j = 0; j < 120; ++j) connected.back()->send_text(message);
    note();
  }
  expect_growth_below(clients * bound);
}

TEST_F(BadInputMemory, SessionsThatNeverPoll) {
  for (int i = 0; i < 2'000; ++i) EXPECT_EQ(PollingClient(port(), "/socket.io/").opening().status, 200U);
  expect_growth_below(16 * megabyte);
}

TEST_F(BadInputMemory, AClientThatPostsButNeverPolls) {
  const PollingClient client(port(), "/engine.io/");
  const std::string message = "4" + std::string(900'000, 'a');
  int posts = 0;
  while (posts < 20 && client.post(message).status == 200) ++posts;
  EXPECT_LT(posts, 20);
  expect_growth_below(16 * megabyte);
}

}  // namespace
}  // namespace pollux::socketio::testing
