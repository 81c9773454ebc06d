// What requests are accepted and rejected (RFC 9110, RFC 9112).
#include <atomic>

#include <gtest/gtest.h>

#include "http/chunked_body.hpp"
#include "http/request_id.hpp"
#include "http/server.hpp"
#include "http/testing/wire_client.hpp"

namespace pollux::http {
namespace {

using namespace std::string_literals;

// Answers with the request as parsed.
void answer_with_request(const Request& request, const Reply& reply) {
  std::string body(request.method_name);
  for (const auto part : {request.header("Host"), request.path, request.query, request.body}) {
    body.append(" ").append(part);
  }
  if (request.wants_websocket) body += " websocket";
  reply(text(200, std::move(body)));
}

struct Served {
  const char* name;
  std::string bytes;
  std::string understood;
};

void PrintTo(const Served& served, std::ostream* out) {
  *out << served.name;
}

class ServerRequests : public testing::TestWithParam<Served> {};

TEST_P(ServerRequests, AreServed) {
  TestServer server(answer_with_request);
  WireClient client(server.port());
  client.send(GetParam().bytes);
  const auto answer = client.read_answer();
  EXPECT_EQ(answer.status, 200U) << answer.head << answer.body;
  EXPECT_EQ(answer.body, GetParam().understood);
}

const std::string chunked_head = "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n";

INSTANTIATE_TEST_SUITE_P(
    Requests, ServerRequests,
    testing::Values(
        Served{"NewerMinorVersion", "GET /a?b HTTP/1.2\r\nHost: h\r\n\r\n", "GET h /a b "},
        Served{"NewestMinorVersion", "GET /a HTTP/1.9\r\nHost: h\r\n\r\n", "GET h /a  "},
        Served{"EmptyLinesBefore", "\r\n\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n", "GET h /  "},
        Served{"AbsoluteForm", "GET http://h/a?b HTTP/1.1\r\nHost: h\r\n\r\n", "GET h /a b "},
        Served{"AbsoluteFormWithAnotherHost", "GET http://other:8080/a HTTP/1.1\r\nHost: h\r\n\r\n",
               "GET other:8080 /a  "},
        Served{"AbsoluteFormInCapitals", "GET HTTP://Other/a HTTP/1.1\r\nHost: h\r\n\r\n", "GET Other /a  "},
        Served{"AbsoluteFormWithoutPath", "GET http://other HTTP/1.1\r\nHost: h\r\n\r\n", "GET other /  "},
        Served{"AbsoluteFormWithQueryOnly", "GET http://other?b HTTP/1.1\r\nHost: h\r\n\r\n",
               "GET other / b "},
        Served{"AbsoluteFormInHttp10", "GET http://other/a HTTP/1.0\r\n\r\n", "GET other /a  "},
        Served{"HostOfIpv6", "GET / HTTP/1.1\r\nHost: [::1]:8080\r\n\r\n", "GET [::1]:8080 /  "},
        Served{"HostWithEmptyPort", "GET / HTTP/1.1\r\nHost: h:\r\n\r\n", "GET h: /  "},
        Served{"NoHostInHttp10", "GET / HTTP/1.0\r\n\r\n", "GET  /  "},
        Served{"NoSpaceAfterColon", "GET / HTTP/1.1\r\nHost:h\r\n\r\n", "GET h /  "},
        Served{"TabsAroundValue", "GET / HTTP/1.1\r\nHost:\t h \t\r\n\r\n", "GET h /  "},
        Served{"EmptyField", "GET / HTTP/1.1\r\nHost: h\r\nA:\r\n\r\n", "GET h /  "},
        Served{"UpgradeInHttp11",
               "GET / HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
               "GET h /   websocket"},
        Served{"UpgradeInHttp10IsIgnored",
               "GET / HTTP/1.0\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n", "GET h /  "},
        Served{"ChunkExtensions", chunked_head + "1;a\r\nx\r\n1 ; b = c ;d=\"e;f\"\r\ny\r\n0;g\r\n\r\n",
               "POST h /  xy"},
        Served{"ChunkSizeInCapitals", chunked_head + "0A\r\n0123456789\r\n00\r\n\r\n",
               "POST h /  0123456789"},
        Served{"Trailers", chunked_head + "1\r\nx\r\n0\r\nHost: other\r\nA: b\r\n\r\n", "POST h /  x"}),
    [](const auto& served) { return std::string(served.param.name); });

TEST(ChunkedBody, DecodesByteByByte) {
  for (const auto& [body, content] :
       {std::pair("0\r\n\r\n", ""), std::pair("1;a\r\nx\r\n2\r\nyz\r\n0\r\nA: b\r\n\r\n", "xyz")}) {
    ChunkedBody chunks(1000);
    std::string received;
    std::string taken;
    auto progress = ChunkedBody::Progress::unfinished;
    for (const char byte : std::string_view(body)) {
      EXPECT_EQ(progress, ChunkedBody::Progress::unfinished);
      received += byte;
      std::string_view rest = received;
      progress = chunks.take(rest, taken);
      received = std::string(rest);
    }
    EXPECT_EQ(progress, ChunkedBody::Progress::finished);
    EXPECT_EQ(taken, content);
    EXPECT_EQ(received, "");
  }
}

TEST(Server, AnswersOptionsAboutItself) {
  TestServer server(answer_with_request);
  WireClient client(server.port());
  for (int i = 0; i < 2; ++i) {
    client.send("OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n");
    const auto answer = client.read_answer(false);
    EXPECT_EQ(answer.status, 204U);
    EXPECT_EQ(answer.field("Connection"), "keep-alive");
  }
}

TEST(Server, AnswersANewerMinorVersionAsHttp11AndKeepsTheConnection) {
  TestServer server(answer_with_request);
  WireClient client(server.port());
  client.send(
      "POST / HTTP/1.2\r\nHost: h\r\nContent-Length: 1\r\n\r\nx"
      "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\n\r\ny");
  const auto answer = client.read_answer();
  EXPECT_TRUE(answer.head.starts_with("HTTP/1.1 200 ")) << answer.head;
  EXPECT_EQ(answer.body, "POST h /  x");
  EXPECT_EQ(client.read_answer().body, "POST h /  y");
}

TEST(Server, NamesTheBareLineFeedAndTheSpaceInTheRequestLine) {
  for (const auto& [bytes, message] :
       {std::pair("GET / HTTP/1.1\nHost: h\n\n", "A line of the request ends without a carriage return.\n"),
        std::pair(
            "GET /a b HTTP/1.1\r\nHost: h\r\n\r\n",
            "The request line is not a method, a target and a version separated by single spaces.\n")}) {
    TestServer server(answer_with_request);
    WireClient client(server.port());
    client.send(bytes);
    EXPECT_EQ(client.read_answer().body, message);
  }
}

void answer_with_body(const Request& request, const Reply& reply) {
  reply(text(200, std::string(request.body)));
}

struct Rejected {
  const char* name;
  std::string bytes;
  unsigned status;
};

void PrintTo(const Rejected& rejected, std::ostream* out) {
  *out << rejected.name;
}

class ServerRejections : public testing::TestWithParam<Rejected> {};

TEST_P(ServerRejections, AreAnsweredWithAMessageAndClosed) {
  std::atomic<int> handled = 0;
  TestServer server([&](const Request&, const Reply&) { ++handled; },
                    {.limits = {.header_bytes = 2048, .target_bytes = 1024, .body_bytes = 1000}});
  WireClient client(server.port());
  client.send(GetParam().bytes);
  const auto answer = client.read_answer();
  EXPECT_EQ(answer.status, GetParam().status) << answer.head;
  EXPECT_EQ(answer.field("Content-Type"), "text/plain; charset=utf-8");
  EXPECT_EQ(answer.field("Connection"), "close");
  EXPECT_EQ(answer.field("X-Content-Type-Options"), "nosniff");
  EXPECT_NE(answer.field("Content-Security-Policy"), "");
  EXPECT_EQ(answer.field("X-Request-Id").size(), RequestIds::own_digits);
  EXPECT_TRUE(answer.body.ends_with(".\n")) << answer.body;
  client.finish_sending();
  EXPECT_TRUE(client.is_closed());
  EXPECT_EQ(server.server().statistics().rejected, 1u);
  EXPECT_EQ(handled, 0);
  const auto counted = server.server().statistics().responses();
  ASSERT_EQ(counted.size(), 1u);
  EXPECT_EQ(counted[0].kind.status, GetParam().status);
  EXPECT_EQ(counted[0].kind.route, no_route);
  EXPECT_EQ(counted[0].durations.total(), 1u);
}

std::string get(const std::string& fields) {
  return "GET / HTTP/1.1\r\nHost: h\r\n" + fields + "\r\n";
}
std::string post(const std::string& fields, const std::string& body = "") {
  return "POST / HTTP/1.1\r\nHost: h\r\n" + fields + "\r\n" + body;
}
std::string at(const std::string& target) {
  return "GET " + target + " HTTP/1.1\r\nHost: h\r\n\r\n";
}
std::string chunked(const std::string& body) {
  return post("Transfer-Encoding: chunked\r\n", body);
}
std::string repeated(const std::string& text) {
  std::string all;
  for (int i = 0; i < 20; ++i) all += text;
  return all;
}
std::string many_fields() {
  std::string fields;
  for (int i = 0; i < 100; ++i) fields += "a:b\r\n";
  return fields;
}

INSTANTIATE_TEST_SUITE_P(
    Requests, ServerRejections,
    testing::Values(
        Rejected{"NoHttp", "hello\r\n\r\n", 400}, Rejected{"Tls", "\x16\x03\x01\x02\r\n\r\n", 400},
        Rejected{"NoHost", "GET / HTTP/1.1\r\n\r\n", 400},
        Rejected{"TwoHosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400},
        Rejected{"OddHost", "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", 400},
        Rejected{"BrokenEscape", at("/%2"), 400}, Rejected{"EscapedZero", at("/%00"), 400},
        Rejected{"EscapedLineBreak", at("/a%0d%0ab"), 400}, Rejected{"BrokenUtf8", at("/%ff"), 400},
        Rejected{"Fragment", at("/a#b"), 400}, Rejected{"NoPath", at("a"), 400},
        Rejected{"Asterisk", at("*"), 400},
        Rejected{"Connect", "CONNECT h:1 HTTP/1.1\r\nHost: h\r\n\r\n", 400},
        Rejected{"ControlByteInTarget", at("/a\x01"), 400},
        Rejected{"ControlByteInField", get("A: b\x01\r\n"), 400},
        Rejected{"BlankBeforeColon", get("Content-Length : 1\r\n"), 400},
        Rejected{"FoldedField", get("A: b\r\n c\r\n"), 400},
        Rejected{"BareCarriageReturn", get("A: b\rc\r\n"), 400},
        Rejected{"LengthAndChunked", post("Content-Length: 1\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"),
                 400},
        Rejected{"ChunkedAndLength", post("Transfer-Encoding: chunked\r\nContent-Length: 1\r\n", "0\r\n\r\n"),
                 400},
        Rejected{"TwoEqualLengths", post("Content-Length: 1\r\nContent-Length: 1\r\n", "a"), 400},
        Rejected{"TwoLengths", post("Content-Length: 1\r\nContent-Length: 2\r\n", "a"), 400},
        Rejected{"ListOfLengths", post("Content-Length: 1, 1\r\n", "a"), 400},
        Rejected{"SignedLength", post("Content-Length: +1\r\n", "a"), 400},
        Rejected{"NegativeLength", post("Content-Length: -1\r\n"), 400},
        Rejected{"HexLength", post("Content-Length: 0x1\r\n", "a"), 400},
        Rejected{"EndlessLength", post("Content-Length: 99999999999999999999\r\n"), 400},
        Rejected{"UnknownCoding", post("Transfer-Encoding: gzip\r\n"), 501},
        Rejected{"CodingThatEndsChunked", post("Transfer-Encoding: gzip, chunked\r\n", "0\r\n\r\n"), 501},
        Rejected{"CodingThatLooksChunked", post("Transfer-Encoding: xchunked\r\n"), 501},
        Rejected{"TwoCodings", post("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n"), 400},
        Rejected{"ChunkedInHttp10", "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
        Rejected{"BadChunkSize", post("Transfer-Encoding: chunked\r\n", "xyz\r\n"), 400},
        Rejected{"BadChunkEnd", post("Transfer-Encoding: chunked\r\n", "1\r\naXX0\r\n\r\n"), 400},
        Rejected{"EndlessChunkExtension",
                 post("Transfer-Encoding: chunked\r\n", "1;" + std::string(8000, 'a')), 400},
        Rejected{"ChunksTooLarge",
                 post("Transfer-Encoding: chunked\r\n",
                      "3e8\r\n" + std::string(1000, 'a') + "\r\n1\r\na\r\n0\r\n\r\n"),
                 413},
        Rejected{"HugeChunk", post("Transfer-Encoding: chunked\r\n", "ffffffffff\r\n"), 413},
        Rejected{"NoLength", post(""), 411},
        Rejected{"PutWithoutLength", "PUT / HTTP/1.1\r\nHost: h\r\n\r\n", 411},
        Rejected{"BodyTooLarge", post("Content-Length: 1001\r\n"), 413},
        Rejected{"TargetTooLong", at("/" + std::string(1024, 'a')), 414},
        Rejected{"EndlessTarget", "GET /" + std::string(4000, 'a'), 414},
        Rejected{"UnknownExpectation", post("Content-Length: 1\r\nExpect: more\r\n"), 417},
        Rejected{"HeaderTooLarge", get("A: " + std::string(3000, 'a') + "\r\n"), 431},
        Rejected{"EndlessHeader", "GET / HTTP/1.1\r\nA: " + std::string(9000, 'a'), 431},
        Rejected{"TooManyFields", get(many_fields()), 431},
        Rejected{"Http2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505},
        Rejected{"Http09", "GET / HTTP/0.9\r\n\r\n", 505}),
    [](const auto& rejected) { return std::string(rejected.param.name); });

// Each could be read differently by a proxy in front of the server (RFC 9112, sections 2.2, 3, 5, 6
// and 11.2).
INSTANTIATE_TEST_SUITE_P(
    Ambiguities, ServerRejections,
    testing::Values(
        Rejected{"FoldedLengthAfterColon", post("Content-Length:\r\n 6\r\n", "vote=a"), 400},
        Rejected{"LengthFoldedByTab", post("Content-Length:\r\n\t6\r\n", "vote=a"), 400},
        Rejected{"FoldedCodingAfterColon", post("Transfer-Encoding:\r\n chunked\r\n", "0\r\n\r\n"), 400},
        Rejected{"FoldedEmptyField", get("A:\r\n \r\n"), 400},
        Rejected{"FoldedFirstField", "GET / HTTP/1.1\r\n Host: h\r\n\r\n", 400},
        Rejected{"BareLineFeedInRequestLine", "GET / HTTP/1.1\nHost: h\r\n\r\n", 400},
        Rejected{"BareLineFeedInTarget", at("/a\nb"), 400},
        Rejected{"BareLineFeedInField", get("A: b\nc: d\r\n"), 400},
        Rejected{"BareLineFeedAfterField", get("A: b\n"), 400},
        Rejected{"BareLineFeedsOnly", "GET / HTTP/1.1\nHost: h\n\n", 400},
        Rejected{"BareLineFeedBeforeLength", post("A: b\nContent-Length: 1\r\n", "a"), 400},
        Rejected{"CarriageReturnBeforeLineEnd", get("A: b\r\r\n"), 400},
        Rejected{"CarriageReturnInName", get("A\rB: b\r\n"), 400},
        Rejected{"CarriageReturnInRequestLine", at("/a\rb"), 400},
        Rejected{"CarriageReturnInLength", post("Content-Length: 1\r1\r\n", "a"), 400},
        Rejected{"SpaceInTarget", at("/a b"), 400}, Rejected{"TwoSpacesInRequestLine", at(" /"), 400},
        Rejected{"SpaceAfterVersion", "GET / HTTP/1.1 \r\nHost: h\r\n\r\n", 400},
        Rejected{"TabInRequestLine", "GET\t/ HTTP/1.1\r\nHost: h\r\n\r\n", 400},
        Rejected{"SpaceBeforeMethod", " GET / HTTP/1.1\r\nHost: h\r\n\r\n", 400},
        Rejected{"CarriageReturnFirst", "\rGET / HTTP/1.2\r\nHost: h\r\n\r\n", 400},
        Rejected{"NoVersion", "GET /\r\nHost: h\r\n\r\n", 400},
        Rejected{"LowerCaseVersion", "GET / http/1.1\r\nHost: h\r\n\r\n", 400},
        Rejected{"LongVersion", "GET / HTTP/1.10\r\nHost: h\r\n\r\n", 400},
        Rejected{"ZeroByteInRequestLine", at("/a\0b"s), 400},
        Rejected{"ZeroByteInName", get("A\0: b\r\n"s), 400},
        Rejected{"ZeroByteInValue", get("A: b\0\r\n"s), 400},
        Rejected{"ZeroByteAfterLength", post("Content-Length: 1\0\r\n"s, "a"), 400},
        Rejected{"TabBeforeColon", post("Content-Length\t: 1\r\n", "a"), 400},
        Rejected{"NoColon", get("Host\r\n"), 400}, Rejected{"EmptyName", get(": b\r\n"), 400},
        Rejected{"BracketInName", get("A[0]: b\r\n"), 400},
        Rejected{"EmptyHost", "GET / HTTP/1.1\r\nHost:\r\n\r\n", 400},
        Rejected{"EmptyHostWithPort", "GET / HTTP/1.1\r\nHost: :80\r\n\r\n", 400},
        Rejected{"EmptyHostInHttp10", "GET / HTTP/1.0\r\nHost:\r\n\r\n", 400},
        Rejected{"HostWithUser", "GET / HTTP/1.1\r\nHost: a@b\r\n\r\n", 400},
        Rejected{"HostWithTwoPorts", "GET / HTTP/1.1\r\nHost: h:80:81\r\n\r\n", 400},
        Rejected{"HostWithPortInLetters", "GET / HTTP/1.1\r\nHost: h:x\r\n\r\n", 400},
        Rejected{"ListOfHosts", "GET / HTTP/1.1\r\nHost: a, b\r\n\r\n", 400},
        Rejected{"HostWithOpenBracket", "GET / HTTP/1.1\r\nHost: [::1\r\n\r\n", 400},
        Rejected{"AbsoluteFormWithoutHost", at("http:///"), 400},
        Rejected{"AbsoluteFormWithUser", at("http://a@h/"), 400},
        Rejected{"AbsoluteFormWithBadHostField", "GET http://h/ HTTP/1.1\r\nHost: a b\r\n\r\n", 400},
        Rejected{"AbsoluteFormWithoutHostField", "GET http://h/ HTTP/1.1\r\n\r\n", 400},
        Rejected{"AbsoluteFormWithFragment", at("http://h#a"), 400},
        Rejected{"AsteriskInPost", "POST * HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n", 400},
        Rejected{"EmptyLength", post("Content-Length:\r\n"), 400},
        Rejected{"LengthThenMore", post("Content-Length: 1 1\r\n", "a"), 400},
        Rejected{"LengthWithUnderscore", post("Content-Length: 1_0\r\n", "a"), 400},
        Rejected{"TwoLengthsInGet", get("Content-Length: 0\r\nContent-Length: 5\r\n"), 400},
        Rejected{"CodingAndLengthInGet", get("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n"), 400},
        Rejected{"EmptyCoding", post("Transfer-Encoding:\r\n"), 501},
        Rejected{"ChunkedTwice", post("Transfer-Encoding: chunked, chunked\r\n", "0\r\n\r\n"), 501},
        Rejected{"ChunkedBeforeOther", post("Transfer-Encoding: chunked, identity\r\n", "0\r\n\r\n"), 501},
        Rejected{"QuotedCoding", post("Transfer-Encoding: \"chunked\"\r\n", "0\r\n\r\n"), 501},
        Rejected{"CodingWithFormFeed", post("Transfer-Encoding: \fchunked\r\n", "0\r\n\r\n"), 400}),
    [](const auto& rejected) { return std::string(rejected.param.name); });

INSTANTIATE_TEST_SUITE_P(
    Chunks, ServerRejections,
    testing::Values(
        Rejected{"SizeThatOverflows", chunked("10000000000000001\r\na\r\n0\r\n\r\n"), 400},
        Rejected{"SignedSize", chunked("+1\r\na\r\n0\r\n\r\n"), 400},
        Rejected{"NegativeSize", chunked("-1\r\na\r\n0\r\n\r\n"), 400},
        Rejected{"SizeWithPrefix", chunked("0x1\r\na\r\n0\r\n\r\n"), 400},
        Rejected{"SpaceBeforeSize", chunked(" 1\r\na\r\n0\r\n\r\n"), 400},
        Rejected{"NoSize", chunked("\r\na\r\n0\r\n\r\n"), 400},
        Rejected{"SpaceInSize", chunked("1 1\r\na\r\n0\r\n\r\n"), 400},
        Rejected{"SizeThenBareLineFeed", chunked("1\na\r\n0\r\n\r\n"), 400},
        Rejected{"SizeThenBareCarriageReturn", chunked("1\r\ra\r\n0\r\n\r\n"), 400},
        Rejected{"DataThenBareLineFeed", chunked("1\r\na\n0\r\n\r\n"), 400},
        Rejected{"DataLongerThanSize", chunked("1\r\nab\r\n0\r\n\r\n"), 400},
        Rejected{"LastSizeThenBareLineFeed", chunked("0\n\r\n\r\n"), 400},
        Rejected{"LineFeedInExtension", chunked("1;a\nb\r\na\r\n0\r\n\r\n"), 400},
        Rejected{"LineFeedInQuotedExtension", chunked("1;a=\"\n\"\r\na\r\n0\r\n\r\n"), 400},
        Rejected{"LineFeedInLastExtension", chunked("0;a=\"\n\"\r\n\r\n"), 400},
        Rejected{"CarriageReturnInExtension", chunked("1;a\rb\r\na\r\n0\r\n\r\n"), 400},
        Rejected{"ZeroByteInExtension", chunked("1;a=\"\0\"\r\na\r\n0\r\n\r\n"s), 400},
        Rejected{"ExtensionWithoutSemicolon", chunked("1 a\r\na\r\n0\r\n\r\n"), 400},
        Rejected{"BareLineFeedInTrailer", chunked("0\r\nA: b\nC: d\r\n\r\n"), 400},
        Rejected{"CarriageReturnInTrailer", chunked("0\r\nA: b\rc\r\n\r\n"), 400},
        Rejected{"FoldedTrailer", chunked("0\r\nA: b\r\n c\r\n\r\n"), 400},
        Rejected{"TrailerFoldedAfterColon", chunked("0\r\nA:\r\n c\r\n\r\n"), 400},
        Rejected{"SpaceBeforeColonInTrailer", chunked("0\r\nA : b\r\n\r\n"), 400},
        Rejected{"TrailerWithoutColon", chunked("0\r\nGET / HTTP/1.1\r\n\r\n"), 400},
        Rejected{"LengthInTrailer", chunked("0\r\nContent-Length: 5\r\n\r\n"), 400},
        Rejected{"CodingInTrailer", chunked("0\r\nTransfer-Encoding: gzip\r\n\r\n"), 400},
        Rejected{"EndlessExtensions", chunked(repeated("1;" + std::string(500, 'a') + "\r\nx\r\n")), 400},
        Rejected{"EndlessTrailers", chunked("0\r\n" + repeated("A: " + std::string(500, 'a') + "\r\n")), 400},
        Rejected{"SpacesAfterSize", chunked("1 \r\na\r\n0\r\n\r\n"), 400},
        Rejected{"EndlessTrailer", chunked("0\r\nA: " + std::string(8000, 'a')), 400}),
    [](const auto& rejected) { return std::string(rejected.param.name); });

TEST(Server, LetsTheClientReadTheResponseToABodyThatItKeepsSending) {
  TestServer server(answer_with_body);
  WireClient client(server.port());
  const std::string piece(1'000'000, 'x');
  client.send(post("Content-Length: 60000000\r\n"));
  for (int i = 0; i < 60; ++i) ASSERT_TRUE(client.send(piece)) << "reset after " << i << " MB";
  EXPECT_EQ(client.read_answer().status, 413u);
}

TEST(Server, StopsReceivingFromARejectedClientAtTheBound) {
  TestServer server(answer_with_body, {.limits = {.linger_bytes = 100'000}});
  WireClient client(server.port());
  const std::string piece(1'000'000, 'x');
  client.send(post("Content-Length: 60000000\r\n"));
  int sent = 0;
  while (sent < 60 && client.send(piece)) ++sent;
  EXPECT_LT(sent, 60);
}

}  // namespace
}  // namespace pollux::http
