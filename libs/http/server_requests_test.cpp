// What clients may send although few do (RFC 9110, RFC 9112): it is understood, not rejected.
#include <gtest/gtest.h>

#include "http/chunked_body.hpp"
#include "http/test_wire.hpp"

namespace pollux::http {
namespace {

// Answers with what it understood.
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

const std::string chunked = "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n";

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
        Served{"ChunkExtensions", chunked + "1;a\r\nx\r\n1 ; b = c ;d=\"e;f\"\r\ny\r\n0;g\r\n\r\n",
               "POST h /  xy"},
        Served{"ChunkSizeInCapitals", chunked + "0A\r\n0123456789\r\n00\r\n\r\n", "POST h /  0123456789"},
        Served{"Trailers", chunked + "1\r\nx\r\n0\r\nHost: other\r\nA: b\r\n\r\n", "POST h /  x"}),
    [](const auto& served) { return std::string(served.param.name); });

TEST(Server, ReadsChunksThatArriveByteByByte) {
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

TEST(Server, AnswersANewerMinorVersionInItsOwnAndKeepsTheConnection) {
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
            "The first line is not a method, an address and a version with one space between each.\n")}) {
    TestServer server(answer_with_request);
    WireClient client(server.port());
    client.send(bytes);
    EXPECT_EQ(client.read_answer().body, message);
  }
}

}  // namespace
}  // namespace pollux::http
