// Requests and packets that no Engine.IO client sends.
#include <memory>
#include <thread>
#include <vector>

#include "socketio/testing/bad_input.hpp"

namespace pollux::socketio::testing {
namespace {

constexpr auto host = "Host: 127.0.0.1\r\n";

struct RawRequest {
  std::string name;
  std::string bytes;
  unsigned status = 400;  // of the response
};

class BadHttp : public BadInputTest<::testing::TestWithParam<RawRequest>> {};

TEST_P(BadHttp, IsRejected) {
  http::WireClient wire(port());
  wire.send(GetParam().bytes);
  EXPECT_EQ(wire.read_answer().status, GetParam().status);
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
        RawRequest{"HugeField", get(good, "X: " + std::string(100'000, 'a') + "\r\n"), 431},
        RawRequest{"TwoThousandFields", get(good, many_fields()), 431},
        RawRequest{"LongAddress", get(good + "&t=" + std::string(100'000, 'a')), 414},
        RawRequest{"BrokenEscape", get(good + "&t=%zz")}, RawRequest{"CutEscape", get(good + "&t=%4")},
        RawRequest{"ControlCharacterInOrigin", get(good, "Origin: http://a\x01\r\n")},
        RawRequest{"OtherSite", get(good, "Origin: https://evil.example\r\n"), 403},
        RawRequest{"RepeatedOrigin", get(good, "Origin: http://127.0.0.1\r\nOrigin: null\r\n"), 403},
        RawRequest{"BothLengths",
                   with_method("POST", "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n")},
        RawRequest{"TwoLengths", with_method("POST", "Content-Length: 2\r\nContent-Length: 3\r\n", "4a")},
        RawRequest{"UnknownExpectation", with_method("POST", "Content-Length: 2\r\nExpect: cake\r\n"), 417},
        RawRequest{"TooLargeBody", with_method("POST", "Content-Length: 1000001\r\n"), 413},
        RawRequest{"NoHttp", "\x16\x03\x01 a client of TLS\r\n\r\n"}),
    name_of_input);

INSTANTIATE_TEST_SUITE_P(
    Queries, BadHttp,
    ::testing::Values(
        RawRequest{"RepeatedTransport", get(good + "&transport=polling")},
        RawRequest{"RepeatedVersion", get(good + "&EIO=4")},
        RawRequest{"RepeatedSid", get(good + "&sid=&sid=")},
        RawRequest{"SidOfTheLanguage", get(good + "&sid=__proto__")},
        RawRequest{"LongSid", get(good + "&sid=" + std::string(3'000, 'a'))},
        RawRequest{"VersionWithZero", get("EIO=04&transport=polling")},
        RawRequest{"OldVersion", get("EIO=3&transport=polling")},
        RawRequest{"UpperCaseTransport", get("EIO=4&transport=POLLING")},
        RawRequest{"TransportOfTheLanguage", get("EIO=4&transport=constructor")},
        RawRequest{"WebSocketWithoutUpgrade", get("EIO=4&transport=websocket")},
        RawRequest{"UpgradeWithPolling", get(good, upgrade), 101},  // and closed
        RawRequest{"UpgradeOfAnUnknownSession", get("EIO=4&transport=websocket&sid=abc", upgrade)},
        RawRequest{"UpgradeWithABadKey", get("EIO=4&transport=websocket",
                                             "Upgrade: websocket\r\nConnection: Upgrade\r\n"
                                             "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: abc\r\n")},
        RawRequest{"UpgradeWithAnotherVersion",
                   get("EIO=4&transport=websocket",
                       "Upgrade: websocket\r\nConnection: Upgrade\r\n"
                       "Sec-WebSocket-Version: 8\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"),
                   426}),
    name_of_input);

INSTANTIATE_TEST_SUITE_P(Methods, BadHttp,
                         ::testing::Values(RawRequest{"Put", with_method("PUT", "Content-Length: 0\r\n")},
                                           RawRequest{"Delete", with_method("DELETE")},
                                           RawRequest{"Head", with_method("HEAD", "Connection: close\r\n")},
                                           RawRequest{"Options", with_method("OPTIONS")},
                                           RawRequest{"Post", with_method("POST", "Content-Length: 0\r\n")},
                                           RawRequest{"Own", with_method("BREW")}),
                         name_of_input);

class BadHttpConnections : public BadInputTest<::testing::Test> {};

TEST_F(BadHttpConnections, AnUpgradeIsResetBeforeItsRejection) {
  for (int i = 0; i < 50; ++i) {
    http::WireClient wire(port());
    wire.send(get("EIO=4&transport=websocket&sid=unknown", upgrade));
    wire.reset();
  }
}

TEST_F(BadHttpConnections, AnUpgradeOfASessionIsReset) {
  const PollingClient client(port(), "/engine.io/");
  for (int i = 0; i < 50; ++i) {
    http::WireClient wire(port());
    wire.send("GET " + client.target("websocket") + " HTTP/1.1\r\n" + host + upgrade + "\r\n");
    wire.reset();
  }
  EXPECT_EQ(client.post("4hello").body, "ok");
  EXPECT_EQ(client.get().body, "4hello");
}

TEST_F(BadHttpConnections, AnUpgradeToAnUnknownTransportKeepsTheSession) {
  const PollingClient client(port(), "/engine.io/");
  for (const char* transport : {"constructor", "flashsocket", ""}) {
    EXPECT_EQ(WebSocketClient(port(), client.target(transport)).answer().status, 400U) << transport;
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
  EXPECT_EQ(engineio::testing::request(port(), "GET", "/socket.io/?" + good + "&sid=").status, 200U);
}

TEST_F(BadHttpConnections, OtherMethodsKeepTheSession) {
  const PollingClient client(port(), "/engine.io/");
  for (const char* method : {"PUT", "DELETE", "OPTIONS", "HEAD", "PATCH", "BREW"}) {
    const http::WireAnswer answer =
        engineio::testing::request(port(), method, client.target(), "", "Connection: close\r\n");
    EXPECT_EQ(answer.status, 400U) << method;
  }
  EXPECT_EQ(client.post("4hello").body, "ok");
  EXPECT_EQ(client.get().body, "4hello");
}

TEST_F(BadHttpConnections, BytesAfterTheContentLengthAreAnotherRequest) {
  const PollingClient client(port(), "/engine.io/");
  http::WireClient wire(port());
  wire.send("POST " + client.target() + " HTTP/1.1\r\n" + host +
            "Content-Length: 6\r\n\r\n4hello and more\r\n\r\n");
  EXPECT_EQ(wire.read_answer().body, "ok");
  EXPECT_EQ(wire.read_answer().status, 400U);
  EXPECT_EQ(client.get().body, "4hello");
}

TEST_F(BadHttpConnections, AChunkedPostIsAccepted) {
  const PollingClient client(port(), "/engine.io/");
  http::WireClient wire(port());
  wire.send("POST " + client.target() + " HTTP/1.1\r\n" + host +
            "Transfer-Encoding: chunked\r\n\r\n3\r\n4he\r\n3\r\nllo\r\n0\r\n\r\n");
  EXPECT_EQ(wire.read_answer().body, "ok");
  EXPECT_EQ(client.get().body, "4hello");
}

TEST_F(BadHttpConnections, AnEndlessChunkedPostIsRejected) {
  const PollingClient client(port(), "/engine.io/");
  http::WireClient wire(port());
  wire.send("POST " + client.target() + " HTTP/1.1\r\n" + host + "Transfer-Encoding: chunked\r\n\r\n");
  const std::string chunk = "10000\r\n" + std::string(65'536, '4') + "\r\n";
  for (int i = 0; i < 100; ++i) wire.send(chunk);
  EXPECT_EQ(wire.read_answer().status, 413U);
}

TEST_F(BadHttpConnections, SlowAndUnfinishedRequestsDoNotDisturbOthers) {
  std::vector<std::unique_ptr<http::WireClient>> wires;
  const PollingClient client(port(), "/engine.io/");
  for (int i = 0; i < 100; ++i) {
    wires.push_back(std::make_unique<http::WireClient>(port()));
    wires.back()->send(i % 2 == 0 ? "G"
                                  : "POST " + client.target() + " HTTP/1.1\r\n" + host +
                                        "Content-Length: 500000\r\n\r\n4abc");
  }
  // An incomplete body has posted nothing.
  EXPECT_EQ(client.post("4hello").body, "ok");
  EXPECT_EQ(client.get().body, "4hello");
}

TEST_F(BadHttpConnections, TwoConcurrentPollsEndOnlyTheirSession) {
  const PollingClient client(port(), "/engine.io/");
  auto first = client.begin_get();
  auto second = client.begin_get();
  EXPECT_EQ(first.answer().status + second.answer().status, 600U);
  EXPECT_EQ(client.get().status, 400U);
}

class HttpConnectionsWithPings : public BadInputTest<::testing::Test> {
 protected:
  HttpConnectionsWithPings() : BadInputTest(frequent_heartbeat) {}
};

TEST_F(HttpConnectionsWithPings, APipelinedPollWaitsForTheFirst) {
  const PollingClient client(port(), "/engine.io/");
  const std::string poll = "GET " + client.target() + " HTTP/1.1\r\n" + host + "\r\n";
  http::WireClient wire(port());
  wire.send(poll + poll);
  EXPECT_EQ(wire.read_answer().body, "2");
  EXPECT_EQ(client
                .post("3\x1e"
                      "4hello")
                .body,
            "ok");
  EXPECT_EQ(wire.read_answer().body, "4hello");
}

struct Packets {
  std::string name;
  std::string bytes;
};

class BadPackets : public BadInputTest<::testing::TestWithParam<Packets>> {};

TEST_P(BadPackets, CloseThePollingSession) {
  const PollingClient client(port(), "/socket.io/");
  EXPECT_EQ(client.post(GetParam().bytes).status, 400U);
  EXPECT_EQ(client.get().status, 400U);
}

TEST_P(BadPackets, CloseTheWebSocket) {
  TestClient client(port());
  client.send_text(GetParam().bytes);
  EXPECT_TRUE(client.is_closed_within());
}

INSTANTIATE_TEST_SUITE_P(EngineIo, BadPackets,
                         ::testing::Values(Packets{"Letters", "abc"}, Packets{"Empty", ""},
                                           Packets{"UnknownType", "9"}, Packets{"PingOfTheClient", "2"},
                                           Packets{"ProbeOutsideAnUpgrade", "2probe"},
                                           Packets{"OpenOfTheClient", "0{}"}, Packets{"StrayUpgrade", "5"},
                                           Packets{"GoodThenBad",
                                                   "40\x1e"
                                                   "abc"},
                                           Packets{"SeparatorAlone", "\x1e"},
                                           Packets{"TwoSeparators",
                                                   "40\x1e\x1e"
                                                   "41"},
                                           Packets{"TrailingSeparator", "40\x1e"},
                                           Packets{"BrokenBase64", "b!!!"}, Packets{"CutBase64", "bAQIDBA"},
                                           Packets{"NotUtf8", "4\xC3\x28"}),
                         name_of_input);

class BadEngineIo : public BadInputTest<::testing::Test> {};

TEST_F(BadEngineIo, PacketsAfterACloseAreIgnored) {
  const PollingClient client(port(), "/engine.io/");
  EXPECT_EQ(client
                .post("1\x1e"
                      "4hello\x1e"
                      "abc")
                .body,
            "ok");
  EXPECT_EQ(client.get().status, 400U);
}

TEST_F(BadEngineIo, AFloodOfPongsKeepsTheSession) {
  const PollingClient client(port(), "/engine.io/");
  std::string pongs = "3";
  for (int i = 1; i < 1'000; ++i)
    pongs +=
        "\x1e"
        "3";
  EXPECT_EQ(client.post(pongs).body, "ok");
  client.post("4hello");
  EXPECT_EQ(client.get().body, "4hello");
  WebSocketClient socket(port(), "/engine.io/?EIO=4&transport=websocket");
  socket.receive_text();
  for (int i = 0; i < 10'000; ++i) socket.send_text("3");
  socket.send_text("4hello");
  EXPECT_EQ(socket.receive_text(), "4hello");
}

TEST_F(BadEngineIo, AnotherVersionOfAnOpenSessionIsRejected) {
  const PollingClient client(port(), "/engine.io/");
  std::string other = client.target();
  other.replace(other.find("EIO=4"), 5, "EIO=3");
  EXPECT_EQ(engineio::testing::request(port(), "GET", other).status, 400U);
  client.post("4hello");
  EXPECT_EQ(client.get().body, "4hello");
}

TEST_F(BadEngineIo, AnOctetStreamClosesTheSession) {
  const PollingClient client(port(), "/engine.io/");
  EXPECT_EQ(client.post("4hello", "Content-Type: application/octet-stream\r\n").status, 400U);
  EXPECT_EQ(client.get().status, 400U);
}

TEST_F(BadEngineIo, ASessionOfAnotherServerIsUnknown) {
  const PollingClient client(port(), "/engine.io/");
  std::string other = client.target();
  other.replace(0, std::string("/engine.io/").size(), "/socket.io/");
  EXPECT_EQ(engineio::testing::request(port(), "GET", other).body,
            R"({"code":1,"message":"Session ID unknown"})");
}

TEST_F(BadEngineIo, OnlyOneProbeAtATimeIsAccepted) {
  const PollingClient client(port(), "/engine.io/");
  WebSocketClient first(port(), client.target("websocket"));
  for (int i = 0; i < 50; ++i) {
    EXPECT_TRUE(WebSocketClient(port(), client.target("websocket")).is_closed_within());
  }
  first.send_text("2probe");
  EXPECT_EQ(first.receive_text(), "3probe");
  first.send_text("5");
  first.send_text("4hello");
  EXPECT_EQ(first.receive_text(), "4hello");
}

TEST_F(BadEngineIo, AProbeOfAWebSocketSessionIsClosed) {
  WebSocketClient client(port(), "/engine.io/?EIO=4&transport=websocket");
  const std::string open = client.receive_text();
  const std::string sid = open.substr(std::string(R"(0{"sid":")").size(), 24);
  WebSocketClient probe(port(), "/engine.io/?EIO=4&transport=websocket&sid=" + sid);
  EXPECT_TRUE(probe.is_closed_within());
  client.send_text("4hello");
  EXPECT_EQ(client.receive_text(), "4hello");
}

class UnfinishedEngineIo : public BadInputTest<::testing::Test> {
 protected:
  UnfinishedEngineIo() : BadInputTest(frequent_heartbeat) {}
};

TEST_F(UnfinishedEngineIo, AnUnfinishedProbeEndsWithItsSession) {
  const PollingClient client(port(), "/engine.io/");
  WebSocketClient probe(port(), client.target("websocket"));
  probe.send_text("2probe");
  EXPECT_EQ(probe.receive_text(), "3probe");
  EXPECT_TRUE(probe.is_closed_within(std::chrono::seconds(20)));  // the session has no heartbeat
  EXPECT_EQ(client.get().status, 400U);
}

}  // namespace
}  // namespace pollux::socketio::testing
