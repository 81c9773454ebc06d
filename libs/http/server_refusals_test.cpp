// What the server answers by itself, and that the client gets to read it.
#include <gtest/gtest.h>

#include "http/test_wire.hpp"

namespace pollux::http {
namespace {

using namespace std::string_literals;

void answer_with_body(const Request& request, const Reply& reply) {
  reply(text(200, std::string(request.body)));
}

struct Refused {
  const char* name;
  std::string bytes;
  unsigned status;
};

void PrintTo(const Refused& refused, std::ostream* out) {
  *out << refused.name;
}

class ServerRefusals : public testing::TestWithParam<Refused> {};

TEST_P(ServerRefusals, AnswersInPlainWordsAndCloses) {
  TestServer server(answer_with_body,
                    {.limits = {.header_bytes = 2048, .target_bytes = 1024, .body_bytes = 1000}});
  WireClient client(server.port());
  client.send(GetParam().bytes);
  const auto answer = client.read_answer();
  EXPECT_EQ(answer.status, GetParam().status) << answer.head;
  EXPECT_EQ(answer.field("Content-Type"), "text/plain; charset=utf-8");
  EXPECT_EQ(answer.field("Connection"), "close");
  EXPECT_EQ(answer.field("X-Content-Type-Options"), "nosniff");
  EXPECT_NE(answer.field("Content-Security-Policy"), "");
  EXPECT_TRUE(answer.body.ends_with(".\n")) << answer.body;
  client.finish_sending();
  EXPECT_TRUE(client.is_closed());
  EXPECT_EQ(server.server().statistics().refused, 1u);
  EXPECT_EQ(server.server().statistics().requests, 0u);
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
    Requests, ServerRefusals,
    testing::Values(
        Refused{"NoHttp", "hello\r\n\r\n", 400}, Refused{"Tls", "\x16\x03\x01\x02\r\n\r\n", 400},
        Refused{"NoHost", "GET / HTTP/1.1\r\n\r\n", 400},
        Refused{"TwoHosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400},
        Refused{"OddHost", "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", 400},
        Refused{"BrokenEscape", at("/%2"), 400}, Refused{"EscapedZero", at("/%00"), 400},
        Refused{"EscapedLineBreak", at("/a%0d%0ab"), 400}, Refused{"BrokenUtf8", at("/%ff"), 400},
        Refused{"Fragment", at("/a#b"), 400}, Refused{"NoPath", at("a"), 400},
        Refused{"Asterisk", at("*"), 400}, Refused{"Connect", "CONNECT h:1 HTTP/1.1\r\nHost: h\r\n\r\n", 400},
        Refused{"ControlByteInTarget", at("/a\x01"), 400},
        Refused{"ControlByteInField", get("A: b\x01\r\n"), 400},
        Refused{"BlankBeforeColon", get("Content-Length : 1\r\n"), 400},
        Refused{"FoldedField", get("A: b\r\n c\r\n"), 400},
        Refused{"BareCarriageReturn", get("A: b\rc\r\n"), 400},
        Refused{"LengthAndChunked", post("Content-Length: 1\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"),
                400},
        Refused{"ChunkedAndLength", post("Transfer-Encoding: chunked\r\nContent-Length: 1\r\n", "0\r\n\r\n"),
                400},
        Refused{"TwoEqualLengths", post("Content-Length: 1\r\nContent-Length: 1\r\n", "a"), 400},
        Refused{"TwoLengths", post("Content-Length: 1\r\nContent-Length: 2\r\n", "a"), 400},
        Refused{"ListOfLengths", post("Content-Length: 1, 1\r\n", "a"), 400},
        Refused{"SignedLength", post("Content-Length: +1\r\n", "a"), 400},
        Refused{"NegativeLength", post("Content-Length: -1\r\n"), 400},
        Refused{"HexLength", post("Content-Length: 0x1\r\n", "a"), 400},
        Refused{"EndlessLength", post("Content-Length: 99999999999999999999\r\n"), 400},
        Refused{"UnknownCoding", post("Transfer-Encoding: gzip\r\n"), 501},
        Refused{"CodingThatEndsChunked", post("Transfer-Encoding: gzip, chunked\r\n", "0\r\n\r\n"), 501},
        Refused{"CodingThatLooksChunked", post("Transfer-Encoding: xchunked\r\n"), 501},
        Refused{"TwoCodings", post("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n"), 400},
        Refused{"ChunkedInHttp10", "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
        Refused{"BadChunkSize", post("Transfer-Encoding: chunked\r\n", "xyz\r\n"), 400},
        Refused{"BadChunkEnd", post("Transfer-Encoding: chunked\r\n", "1\r\naXX0\r\n\r\n"), 400},
        Refused{"EndlessChunkExtension",
                post("Transfer-Encoding: chunked\r\n", "1;" + std::string(8000, 'a')), 400},
        Refused{"ChunksTooLarge",
                post("Transfer-Encoding: chunked\r\n",
                     "3e8\r\n" + std::string(1000, 'a') + "\r\n1\r\na\r\n0\r\n\r\n"),
                413},
        Refused{"HugeChunk", post("Transfer-Encoding: chunked\r\n", "ffffffffff\r\n"), 413},
        Refused{"NoLength", post(""), 411},
        Refused{"PutWithoutLength", "PUT / HTTP/1.1\r\nHost: h\r\n\r\n", 411},
        Refused{"BodyTooLarge", post("Content-Length: 1001\r\n"), 413},
        Refused{"TargetTooLong", at("/" + std::string(1024, 'a')), 414},
        Refused{"EndlessTarget", "GET /" + std::string(4000, 'a'), 414},
        Refused{"UnknownExpectation", post("Content-Length: 1\r\nExpect: more\r\n"), 417},
        Refused{"HeaderTooLarge", get("A: " + std::string(3000, 'a') + "\r\n"), 431},
        Refused{"EndlessHeader", "GET / HTTP/1.1\r\nA: " + std::string(9000, 'a'), 431},
        Refused{"TooManyFields", get(many_fields()), 431},
        Refused{"Http2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505},
        Refused{"Http09", "GET / HTTP/0.9\r\n\r\n", 505}),
    [](const auto& refused) { return std::string(refused.param.name); });

// Each could be read in another way by a proxy in front of us (RFC 9112, sections 2.2, 3, 5, 6 and 11.2).
INSTANTIATE_TEST_SUITE_P(
    Ambiguities, ServerRefusals,
    testing::Values(
        Refused{"FoldedLengthAfterColon", post("Content-Length:\r\n 6\r\n", "vote=a"), 400},
        Refused{"LengthFoldedByTab", post("Content-Length:\r\n\t6\r\n", "vote=a"), 400},
        Refused{"FoldedCodingAfterColon", post("Transfer-Encoding:\r\n chunked\r\n", "0\r\n\r\n"), 400},
        Refused{"FoldedEmptyField", get("A:\r\n \r\n"), 400},
        Refused{"FoldedFirstField", "GET / HTTP/1.1\r\n Host: h\r\n\r\n", 400},
        Refused{"BareLineFeedInRequestLine", "GET / HTTP/1.1\nHost: h\r\n\r\n", 400},
        Refused{"BareLineFeedInTarget", at("/a\nb"), 400},
        Refused{"BareLineFeedInField", get("A: b\nc: d\r\n"), 400},
        Refused{"BareLineFeedAfterField", get("A: b\n"), 400},
        Refused{"BareLineFeedsOnly", "GET / HTTP/1.1\nHost: h\n\n", 400},
        Refused{"BareLineFeedBeforeLength", post("A: b\nContent-Length: 1\r\n", "a"), 400},
        Refused{"CarriageReturnBeforeLineEnd", get("A: b\r\r\n"), 400},
        Refused{"CarriageReturnInName", get("A\rB: b\r\n"), 400},
        Refused{"CarriageReturnInRequestLine", at("/a\rb"), 400},
        Refused{"CarriageReturnInLength", post("Content-Length: 1\r1\r\n", "a"), 400},
        Refused{"SpaceInTarget", at("/a b"), 400}, Refused{"TwoSpacesInRequestLine", at(" /"), 400},
        Refused{"SpaceAfterVersion", "GET / HTTP/1.1 \r\nHost: h\r\n\r\n", 400},
        Refused{"TabInRequestLine", "GET\t/ HTTP/1.1\r\nHost: h\r\n\r\n", 400},
        Refused{"SpaceBeforeMethod", " GET / HTTP/1.1\r\nHost: h\r\n\r\n", 400},
        Refused{"CarriageReturnFirst", "\rGET / HTTP/1.2\r\nHost: h\r\n\r\n", 400},
        Refused{"NoVersion", "GET /\r\nHost: h\r\n\r\n", 400},
        Refused{"LowerCaseVersion", "GET / http/1.1\r\nHost: h\r\n\r\n", 400},
        Refused{"LongVersion", "GET / HTTP/1.10\r\nHost: h\r\n\r\n", 400},
        Refused{"ZeroByteInRequestLine", at("/a\0b"s), 400},
        Refused{"ZeroByteInName", get("A\0: b\r\n"s), 400},
        Refused{"ZeroByteInValue", get("A: b\0\r\n"s), 400},
        Refused{"ZeroByteAfterLength", post("Content-Length: 1\0\r\n"s, "a"), 400},
        Refused{"TabBeforeColon", post("Content-Length\t: 1\r\n", "a"), 400},
        Refused{"NoColon", get("Host\r\n"), 400}, Refused{"EmptyName", get(": b\r\n"), 400},
        Refused{"BracketInName", get("A[0]: b\r\n"), 400},
        Refused{"EmptyHost", "GET / HTTP/1.1\r\nHost:\r\n\r\n", 400},
        Refused{"EmptyHostWithPort", "GET / HTTP/1.1\r\nHost: :80\r\n\r\n", 400},
        Refused{"EmptyHostInHttp10", "GET / HTTP/1.0\r\nHost:\r\n\r\n", 400},
        Refused{"HostWithUser", "GET / HTTP/1.1\r\nHost: a@b\r\n\r\n", 400},
        Refused{"HostWithTwoPorts", "GET / HTTP/1.1\r\nHost: h:80:81\r\n\r\n", 400},
        Refused{"HostWithPortInLetters", "GET / HTTP/1.1\r\nHost: h:x\r\n\r\n", 400},
        Refused{"ListOfHosts", "GET / HTTP/1.1\r\nHost: a, b\r\n\r\n", 400},
        Refused{"HostWithOpenBracket", "GET / HTTP/1.1\r\nHost: [::1\r\n\r\n", 400},
        Refused{"AbsoluteFormWithoutHost", at("http:///"), 400},
        Refused{"AbsoluteFormWithUser", at("http://a@h/"), 400},
        Refused{"AbsoluteFormWithBadHostField", "GET http://h/ HTTP/1.1\r\nHost: a b\r\n\r\n", 400},
        Refused{"AbsoluteFormWithoutHostField", "GET http://h/ HTTP/1.1\r\n\r\n", 400},
        Refused{"AbsoluteFormWithFragment", at("http://h#a"), 400},
        Refused{"AsteriskInPost", "POST * HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n", 400},
        Refused{"EmptyLength", post("Content-Length:\r\n"), 400},
        Refused{"LengthThenMore", post("Content-Length: 1 1\r\n", "a"), 400},
        Refused{"LengthWithUnderscore", post("Content-Length: 1_0\r\n", "a"), 400},
        Refused{"TwoLengthsInGet", get("Content-Length: 0\r\nContent-Length: 5\r\n"), 400},
        Refused{"CodingAndLengthInGet", get("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n"), 400},
        Refused{"EmptyCoding", post("Transfer-Encoding:\r\n"), 501},
        Refused{"ChunkedTwice", post("Transfer-Encoding: chunked, chunked\r\n", "0\r\n\r\n"), 501},
        Refused{"ChunkedBeforeOther", post("Transfer-Encoding: chunked, identity\r\n", "0\r\n\r\n"), 501},
        Refused{"QuotedCoding", post("Transfer-Encoding: \"chunked\"\r\n", "0\r\n\r\n"), 501},
        Refused{"CodingWithFormFeed", post("Transfer-Encoding: \fchunked\r\n", "0\r\n\r\n"), 400}),
    [](const auto& refused) { return std::string(refused.param.name); });

INSTANTIATE_TEST_SUITE_P(
    Chunks, ServerRefusals,
    testing::Values(
        Refused{"SizeThatOverflows", chunked("10000000000000001\r\na\r\n0\r\n\r\n"), 400},
        Refused{"SignedSize", chunked("+1\r\na\r\n0\r\n\r\n"), 400},
        Refused{"NegativeSize", chunked("-1\r\na\r\n0\r\n\r\n"), 400},
        Refused{"SizeWithPrefix", chunked("0x1\r\na\r\n0\r\n\r\n"), 400},
        Refused{"SpaceBeforeSize", chunked(" 1\r\na\r\n0\r\n\r\n"), 400},
        Refused{"NoSize", chunked("\r\na\r\n0\r\n\r\n"), 400},
        Refused{"SpaceInSize", chunked("1 1\r\na\r\n0\r\n\r\n"), 400},
        Refused{"SizeThenBareLineFeed", chunked("1\na\r\n0\r\n\r\n"), 400},
        Refused{"SizeThenBareCarriageReturn", chunked("1\r\ra\r\n0\r\n\r\n"), 400},
        Refused{"DataThenBareLineFeed", chunked("1\r\na\n0\r\n\r\n"), 400},
        Refused{"DataLongerThanSize", chunked("1\r\nab\r\n0\r\n\r\n"), 400},
        Refused{"LastSizeThenBareLineFeed", chunked("0\n\r\n\r\n"), 400},
        Refused{"LineFeedInExtension", chunked("1;a\nb\r\na\r\n0\r\n\r\n"), 400},
        Refused{"LineFeedInQuotedExtension", chunked("1;a=\"\n\"\r\na\r\n0\r\n\r\n"), 400},
        Refused{"LineFeedInLastExtension", chunked("0;a=\"\n\"\r\n\r\n"), 400},
        Refused{"CarriageReturnInExtension", chunked("1;a\rb\r\na\r\n0\r\n\r\n"), 400},
        Refused{"ZeroByteInExtension", chunked("1;a=\"\0\"\r\na\r\n0\r\n\r\n"s), 400},
        Refused{"ExtensionWithoutSemicolon", chunked("1 a\r\na\r\n0\r\n\r\n"), 400},
        Refused{"BareLineFeedInTrailer", chunked("0\r\nA: b\nC: d\r\n\r\n"), 400},
        Refused{"CarriageReturnInTrailer", chunked("0\r\nA: b\rc\r\n\r\n"), 400},
        Refused{"FoldedTrailer", chunked("0\r\nA: b\r\n c\r\n\r\n"), 400},
        Refused{"TrailerFoldedAfterColon", chunked("0\r\nA:\r\n c\r\n\r\n"), 400},
        Refused{"SpaceBeforeColonInTrailer", chunked("0\r\nA : b\r\n\r\n"), 400},
        Refused{"TrailerWithoutColon", chunked("0\r\nGET / HTTP/1.1\r\n\r\n"), 400},
        Refused{"LengthInTrailer", chunked("0\r\nContent-Length: 5\r\n\r\n"), 400},
        Refused{"CodingInTrailer", chunked("0\r\nTransfer-Encoding: gzip\r\n\r\n"), 400},
        Refused{"EndlessExtensions", chunked(repeated("1;" + std::string(500, 'a') + "\r\nx\r\n")), 400},
        Refused{"EndlessTrailers", chunked("0\r\n" + repeated("A: " + std::string(500, 'a') + "\r\n")), 400},
        Refused{"SpacesAfterSize", chunked("1 \r\na\r\n0\r\n\r\n"), 400},
        Refused{"EndlessTrailer", chunked("0\r\nA: " + std::string(8000, 'a')), 400}),
    [](const auto& refused) { return std::string(refused.param.name); });

TEST(Server, LetsTheClientReadTheRefusalOfABodyThatItGoesOnSending) {
  TestServer server(answer_with_body);
  WireClient client(server.port());
  const std::string piece(1'000'000, 'x');
  client.send(post("Content-Length: 60000000\r\n"));
  for (int i = 0; i < 60; ++i) ASSERT_TRUE(client.send(piece)) << "reset after " << i << " MB";
  EXPECT_EQ(client.read_answer().status, 413u);
}

TEST(Server, StopsToListenToARefusedClientAtTheBound) {
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
