// Requests that no Socket.IO client sends.
#include <memory>
#include <vector>

#include "socketio/testing/bad_input.hpp"

namespace pollux::socketio::testing {
namespace {

constexpr auto host = "Host: 127.0.0.1\r\n";

struct Bytes {
  std::string name;
  std::string bytes;
  int status = 400;  // of the answer
};

class BadHttp : public BadInputTest<::testing::TestWithParam<Bytes>> {};

TEST_P(BadHttp, IsRefused) {
  Wire wire(port());
  wire.send(GetParam().bytes);
  EXPECT_EQ(wire.receive_answer().status, GetParam().status);
}

std::string get(const std::string& query, const std::string& fields = "") {
  return "GET /socket.io/?" + query + " HTTP/1.1\r\n" + host + fields + "\r\n";
}
std::string with_method(const std::string& method, const std::string& fields = "",
                        const std::string& body = "") {
  return method + " /socket.io/?EIO=4&transport=polling HTTP/1.1\r\n" + host + fields + "\r\n" + body;
}
std::string many_fields() {
  std::string fields;
  for (int i = 0; i < 2'000; ++i) fields += "X" + std::to_string(i) + ": 1\r\n";
  return fields;
}

const std::string upgrade =
    "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
const std::string good = "EIO=4&transport=polling";

INSTANTIATE_TEST_SUITE_P(
    Heads, BadHttp,
    ::testing::Values(
        Bytes{"HugeField", get(good, "X: " + std::string(100'000, 'a') + "\r\n"), 431},
        Bytes{"TwoThousandFields", get(good, many_fields()), 431},
        Bytes{"LongAddress", get(good + "&t=" + std::string(100'000, 'a')), 414},
        Bytes{"BrokenEscape", get(good + "&t=%zz")}, Bytes{"CutEscape", get(good + "&t=%4")},
        Bytes{"ControlCharacterInOrigin", get(good, "Origin: http://a\x01\r\n")},
        Bytes{"OtherSite", get(good, "Origin: https://evil.example\r\n"), 403},
        Bytes{"RepeatedOrigin", get(good, "Origin: http://127.0.0.1\r\nOrigin: null\r\n"), 403},
        Bytes{"BothLengths",
              with_method("POST", "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n")},
        Bytes{"TwoLengths", with_method("POST", "Content-Length: 2\r\nContent-Length: 3\r\n", "4a")},
        Bytes{"UnknownExpectation", with_method("POST", "Content-Length: 2\r\nExpect: cake\r\n"), 417},
        Bytes{"TooLargeBody", with_method("POST", "Content-Length: 1000001\r\n"), 413},
        Bytes{"NoHttp", "\x16\x03\x01 a client of TLS\r\n\r\n"}),
    name_of_input);

INSTANTIATE_TEST_SUITE_P(
    Queries, BadHttp,
    ::testing::Values(
        Bytes{"RepeatedTransport", get(good + "&transport=polling")},
        Bytes{"RepeatedVersion", get(good + "&EIO=4")}, Bytes{"RepeatedSid", get(good + "&sid=&sid=")},
        Bytes{"SidOfTheLanguage", get(good + "&sid=__proto__")},
        Bytes{"LongSid", get(good + "&sid=" + std::string(3'000, 'a'))},
        Bytes{"VersionWithZero", get("EIO=04&transport=polling")},
        Bytes{"OldVersion", get("EIO=3&transport=polling")},
        Bytes{"UpperCaseTransport", get("EIO=4&transport=POLLING")},
        Bytes{"TransportOfTheLanguage", get("EIO=4&transport=constructor")},
        Bytes{"WebSocketWithoutUpgrade", get("EIO=4&transport=websocket")},
        Bytes{"UpgradeWithPolling", get(good, upgrade), 101},  // and closed
        Bytes{"UpgradeOfAnUnknownSession", get("EIO=4&transport=websocket&sid=abc", upgrade)},
        Bytes{"UpgradeWithABadKey", get("EIO=4&transport=websocket",
                                        "Upgrade: websocket\r\nConnection: Upgrade\r\n"
                                        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: abc\r\n")},
        Bytes{"UpgradeWithAnotherVersion",
              get("EIO=4&transport=websocket",
                  "Upgrade: websocket\r\nConnection: Upgrade\r\n"
                  "Sec-WebSocket-Version: 8\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"),
              426}),
    name_of_input);

INSTANTIATE_TEST_SUITE_P(Methods, BadHttp,
                         ::testing::Values(Bytes{"Put", with_method("PUT", "Content-Length: 0\r\n")},
                                           Bytes{"Delete", with_method("DELETE")},
                                           Bytes{"Head", with_method("HEAD", "Connection: close\r\n")},
                                           Bytes{"Options", with_method("OPTIONS")},
                                           Bytes{"Post", with_method("POST", "Content-Length: 0\r\n")},
                                           Bytes{"Own", with_method("BREW")}),
                         name_of_input);

class BadHttpConnections : public BadInputTest<::testing::Test> {};

TEST_F(BadHttpConnections, AnUpgradeThatIsResetBeforeItsRefusal) {
  for (int i = 0; i < 50; ++i) {
    Wire wire(port());
    wire.send(get("EIO=4&transport=websocket&sid=unknown", upgrade));
    wire.reset();
  }
}

TEST_F(BadHttpConnections, AnUpgradeOfASessionThatIsReset) {
  const PollingClient client(port(), "/engine.io/");
  for (int i = 0; i < 50; ++i) {
    Wire wire(port());
    wire.send("GET " + client.target("websocket") + " HTTP/1.1\r\n" + host + upgrade + "\r\n");
    wire.reset();
  }
  EXPECT_EQ(client.post("4hello").body, "ok");
  EXPECT_EQ(client.get().body, "4hello");
}

TEST_F(BadHttpConnections, AnUpgradeToAnOddTransportLeavesTheSession) {
  const PollingClient client(port(), "/engine.io/");
  for (const char* transport : {"constructor", "flashsocket", ""}) {
    EXPECT_EQ(WebSocketClient(port(), client.target(transport)).answer().status, 400) << transport;
  }
  EXPECT_TRUE(WebSocketClient(port(), client.target("polling")).is_closed_within());
  EXPECT_EQ(client.post("4hello").body, "ok");
  EXPECT_EQ(client.get().body, "4hello");
}

TEST_F(BadHttpConnections, EndlessSubprotocolsAreIgnored) {
  const std::string protocols = "Sec-WebSocket-Protocol: a" + std::string(12'000, ' ') + ",,b\r\n";
  WebSocketClient client(port(), "/engine.io/?EIO=4&transport=websocket", protocols);
  EXPECT_TRUE(client.receive_text().starts_with("0{"));
  EXPECT_EQ(client.answer().head.find("Sec-WebSocket-Protocol"), std::string::npos);
}

TEST_F(BadHttpConnections, AnEmptySidOpensASession) {
  EXPECT_EQ(engineio::testing::request(port(), "GET", "/socket.io/?" + good + "&sid=").status, 200);
}

TEST_F(BadHttpConnections, OtherMethodsLeaveTheSession) {
  const PollingClient client(port(), "/engine.io/");
  for (const char* method : {"PUT", "DELETE", "OPTIONS", "HEAD", "PATCH", "BREW"}) {
    const Answer answer =
        engineio::testing::request(port(), method, client.target(), "", "Connection: close\r\n");
    EXPECT_EQ(answer.status, 400) << method;
  }
  EXPECT_EQ(client.post("4hello").body, "ok");
  EXPECT_EQ(client.get().body, "4hello");
}

TEST_F(BadHttpConnections, WhatFollowsTheContentLengthIsNoPartOfThePost) {
  const PollingClient client(port(), "/engine.io/");
  Wire wire(port());
  wire.send("POST " + client.target() + " HTTP/1.1\r\n" + host +
            "Content-Length: 6\r\n\r\n4hello and more\r\n\r\n");
  EXPECT_EQ(wire.receive_answer().body, "ok");
  EXPECT_EQ(wire.receive_answer().status, 400);
  EXPECT_EQ(client.get().body, "4hello");
}

TEST_F(BadHttpConnections, AChunkedPostIsTaken) {
  const PollingClient client(port(), "/engine.io/");
  Wire wire(port());
  wire.send("POST " + client.target() + " HTTP/1.1\r\n" + host +
            "Transfer-Encoding: chunked\r\n\r\n3\r\n4he\r\n3\r\nllo\r\n0\r\n\r\n");
  EXPECT_EQ(wire.receive_answer().body, "ok");
  EXPECT_EQ(client.get().body, "4hello");
}

TEST_F(BadHttpConnections, AnEndlessChunkedPostIsCutOff) {
  const PollingClient client(port(), "/engine.io/");
  Wire wire(port());
  wire.send("POST " + client.target() + " HTTP/1.1\r\n" + host + "Transfer-Encoding: chunked\r\n\r\n");
  const std::string chunk = "10000\r\n" + std::string(65'536, '4') + "\r\n";
  for (int i = 0; i < 100; ++i) wire.send(chunk);
  EXPECT_EQ(wire.receive_answer().status, 413);
}

TEST_F(BadHttpConnections, ClientsThatSendSlowlyOrNeverFinish) {
  std::vector<std::unique_ptr<Wire>> wires;
  const PollingClient client(port(), "/engine.io/");
  for (int i = 0; i < 100; ++i) {
    wires.push_back(std::make_unique<Wire>(port()));
    wires.back()->send(i % 2 == 0 ? "G"
                                  : "POST " + client.target() + " HTTP/1.1\r\n" + host +
                                        "Content-Length: 500000\r\n\r\n4abc");
  }
  // One that promises more than it sends has posted nothing.
  EXPECT_EQ(client.post("4hello").body, "ok");
  EXPECT_EQ(client.get().body, "4hello");
}

TEST_F(BadHttpConnections, TwoPollsAtATimeEndTheSessionAndNoOther) {
  const PollingClient client(port(), "/engine.io/");
  auto first = client.begin_get();
  auto second = client.begin_get();
  EXPECT_EQ(first.answer().status + second.answer().status, 600);
  EXPECT_EQ(client.get().status, 400);
}

class PingedHttpConnections : public BadInputTest<::testing::Test> {
 protected:
  PingedHttpConnections() : BadInputTest(frequent_heartbeat) {}
};

TEST_F(PingedHttpConnections, APipelinedPollWaitsForTheOneBefore) {
  const PollingClient client(port(), "/engine.io/");
  const std::string poll = "GET " + client.target() + " HTTP/1.1\r\n" + host + "\r\n";
  Wire wire(port());
  wire.send(poll + poll);
  EXPECT_EQ(wire.receive_answer().body, "2");
  EXPECT_EQ(client
                .post("3\x1e"
                      "4hello")
                .body,
            "ok");
  EXPECT_EQ(wire.receive_answer().body, "4hello");
}

}  // namespace
}  // namespace pollux::socketio::testing
