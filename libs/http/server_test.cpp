// Listening, and requests that are answered.
#include "http/server.hpp"

#include <atomic>
#include <future>
#include <mutex>
#include <optional>
#include <set>
#include <stdexcept>
#include <thread>
#include <vector>

#include <boost/asio/post.hpp>
#include <gtest/gtest.h>

#include "http/testing/wire_client.hpp"

namespace pollux::http {
namespace {

using namespace std::chrono_literals;

TEST(Endpoint, RoundTrips) {
  for (const auto* text : {"127.0.0.1:8080", "[::1]:8080", "localhost:0", ":65535"}) {
    const auto endpoint = Endpoint::parse(text);
    ASSERT_TRUE(endpoint.has_value()) << text;
    EXPECT_EQ(endpoint->text(), text);
  }
  EXPECT_EQ(Endpoint::parse("[::1]:80").value(), (Endpoint{"::1", 80}));
}

TEST(Endpoint, RejectsOthersAndShowsTheForms) {
  for (const auto* text : {"", "8080", "host", "host:", "host:65536", "host:-1", "host:80a", "::1:80",
                           "[::1]", "[::1:80", "::1]:80", "[]:80", "[*]:80", "[localhost]:80"}) {
    EXPECT_TRUE(Endpoint::parse(text).has_error()) << text;
  }
  EXPECT_EQ(
      Endpoint::parse("8080").error().message,
      "\"8080\" is not an address to listen on. Write it as 127.0.0.1:8080, [::1]:8080, localhost:8080 or "
      ":8080.");
}

TEST(Endpoint, AcceptsAStarForAllAddresses) {
  EXPECT_EQ(Endpoint::parse("*:8080").value(), (Endpoint{"", 8080}));
}

// Says what it saw of the request.
void describe(const Request& request, const Reply& reply) {
  reply(text(200, std::string(request.method_name) + " " + std::string(request.path) + " " +
                      std::string(request.query) + " " + std::string(request.header("X-A")) + " " +
                      std::string(request.body)));
}

std::string body_of(const std::string& bytes) {
  TestServer server(describe);
  WireClient client(server.port());
  client.send(bytes);
  return client.read_answer().body;
}

TEST(Server, DispatchesAValidatedRequest) {
  EXPECT_EQ(body_of("GET /a%20b%C3%A9?q=%41 HTTP/1.1\r\nHost: h\r\nx-a:  1 \r\n\r\n"), "GET /a bé q=%41 1 ");
  EXPECT_EQ(body_of("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc"), "POST /   abc");
  EXPECT_EQ(body_of("FETCH / HTTP/1.1\r\nHost: h\r\n\r\n"), "FETCH /   ");
  EXPECT_EQ(body_of("GET http://h/p?q HTTP/1.1\r\nHost: h\r\n\r\n"), "GET /p q  ");
  EXPECT_EQ(body_of("\r\n\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n"), "GET /   ");
}

TEST(Server, JoinsChunks) {
  const std::string head = "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: Chunked\r\n\r\n";
  EXPECT_EQ(body_of(head + "3\r\nabc\r\nA;x=\"y\"\r\n0123456789\r\n0\r\nTrailer: t\r\n\r\n"),
            "POST /   abc0123456789");
}

TEST(Server, ReadsChunksThatComeByteByByteAndTheRequestBehindThem) {
  TestServer server(describe);
  WireClient client(server.port());
  for (const char c : std::string("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
                                  "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\nGET /next HTTP/1.1\r\nHost: h\r\n\r\n")) {
    client.send({&c, 1});
  }
  EXPECT_EQ(client.read_answer().body, "POST /   abcde");
  EXPECT_EQ(client.read_answer().body, "GET /next   ");
}

TEST(Server, ReadsABodyUpToTheBoundInPieces) {
  TestServer server(
      [](const Request& request, const Reply& reply) { reply(text(200, std::string(request.body))); });
  WireClient client(server.port());
  std::string body;
  for (std::size_t i = 0; i < 64 * 1024; ++i) body += static_cast<char>('a' + i % 26);
  for (int round = 0; round < 2; ++round) {
    client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 65536\r\n\r\n");
    for (std::size_t i = 0; i < body.size(); i += 1000) client.send(std::string_view(body).substr(i, 1000));
    EXPECT_EQ(client.read_answer().body, body);
  }
}

TEST(Server, AnswersPipelinedRequestsInOrder) {
  TestServer server(describe);
  WireClient client(server.port());
  std::string requests;
  for (int i = 0; i < 1000; ++i) {
    requests += "POST /" + std::to_string(i) + " HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nab";
  }
  client.send(requests);
  for (int i = 0; i < 1000; ++i) {
    ASSERT_EQ(client.read_answer().body, "POST /" + std::to_string(i) + "   ab");
  }
}

TEST(Server, ServesOthersBetweenPipelinedRequests) {
  std::promise<void> go_on;
  std::atomic<int> taken = 0;
  std::atomic<int> taken_before_others = 0;
  std::atomic<IoThreads::Context*> context = nullptr;
  TestServer server([&](const Request&, const Reply& reply) {
    if (++taken == 1) go_on.get_future().wait();  // until all have been sent
    if (taken == 2) boost::asio::post(*context, [&] { taken_before_others = taken.load(); });
    reply(text(200, ""));
  });
  context = &server.threads().context(0);
  WireClient client(server.port());
  client.send(plain_get);
  ASSERT_TRUE(eventually([&] { return taken == 1; }));
  std::string requests;
  for (int i = 0; i < 100; ++i) requests += plain_get;
  client.send(requests);
  go_on.set_value();
  EXPECT_TRUE(eventually([&] { return taken == 101; }));
  EXPECT_GT(taken_before_others, 0);
  EXPECT_LT(taken_before_others, 10);
}

TEST(Server, HasTheSecurityHeadersUnlessTheHandlerSetsThem) {
  TestServer server([](const Request&, const Reply& reply) {
    reply(std::move(text(200, "").set("referrer-policy", "origin")));
  });
  WireClient client(server.port());
  client.send(plain_get);
  const auto answer = client.read_answer();
  EXPECT_EQ(answer.field("X-Content-Type-Options"), "nosniff");
  EXPECT_TRUE(answer.field("Content-Security-Policy").starts_with("default-src 'none'"));
  EXPECT_EQ(answer.field("referrer-policy"), "origin");
  EXPECT_EQ(answer.field("Referrer-Policy"), "");
  EXPECT_EQ(answer.field("Server"), "");
  EXPECT_TRUE(answer.field("Date").ends_with(" GMT"));
}

TEST(Server, PreventsHeaderInjection) {
  TestServer server([](const Request&, const Reply& reply) {
    reply(std::move(text(200, "").set("X-Name", "a\r\nSet-Cookie: b")));
  });
  WireClient client(server.port());
  client.send(plain_get);
  const auto answer = client.read_answer();
  EXPECT_EQ(answer.field("X-Name"), "a  Set-Cookie: b");
  EXPECT_EQ(answer.field("Set-Cookie"), "");
}

TEST(Server, HeadGetsTheHeaderOfGetWithoutBody) {
  TestServer server([](const Request&, const Reply& reply) { reply(text(200, "12345")); });
  WireClient client(server.port());
  client.send("HEAD / HTTP/1.1\r\nHost: h\r\n\r\n" + plain_get);
  EXPECT_EQ(client.read_answer(false).field("Content-Length"), "5");
  EXPECT_EQ(client.read_answer().body, "12345");
}

TEST(Server, SendsContinueToAClientThatWaits) {
  TestServer server(describe);
  WireClient client(server.port());
  client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nExpect: 100-Continue\r\n\r\n");
  EXPECT_EQ(client.read_answer().status, 100u);
  client.send("abc");
  EXPECT_EQ(client.read_answer().body, "POST /   abc");
}

TEST(Server, ClosesWhenAskedTo) {
  for (const auto* request :
       {"GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n", "GET / HTTP/1.0\r\n\r\n"}) {
    TestServer server(describe);
    WireClient client(server.port());
    client.send(request);
    const auto answer = client.read_answer();
    EXPECT_EQ(answer.status, 200u);
    EXPECT_EQ(answer.field("Connection"), "close");
    EXPECT_TRUE(client.is_closed());
  }
}

TEST(Server, KeepsAnHttp10ConnectionOnlyWhenAskedTo) {
  TestServer server(describe);
  WireClient client(server.port());
  for (int i = 0; i < 2; ++i) {
    client.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    EXPECT_EQ(client.read_answer().field("Connection"), "keep-alive");
  }
}

TEST(Server, AnswersAClientThatHasFinishedSending) {
  std::optional<Reply> kept;
  std::atomic<bool> is_kept = false;
  TestServer server([&](const Request&, const Reply& reply) {
    kept = reply;
    is_kept = true;
  });
  WireClient client(server.port());
  client.send(plain_get);
  client.finish_sending();
  ASSERT_TRUE(eventually([&] { return is_kept.load(); }));
  (*kept)(text(200, "there"));
  EXPECT_EQ(client.read_answer().body, "there");
  EXPECT_TRUE(client.is_closed());
}

// Without Reply::on_abandoned the client is not watched meanwhile.
TEST(Server, EndsTheConnectionOfADisconnectedClientWithItsResponse) {
  std::optional<Reply> kept;
  std::atomic<bool> is_kept = false;
  TestServer server([&](const Request&, const Reply& reply) {
    kept = reply;
    is_kept = true;
  });
  WireClient client(server.port());
  client.send(plain_get);
  ASSERT_TRUE(eventually([&] { return is_kept.load(); }));
  client.reset();
  (*kept)(text(200, "not read"));
  kept.reset();
  EXPECT_TRUE(eventually([&] { return server.server().statistics().connections == 0; }));
}

TEST(Reply, MayComeFromAnyThread) {
  TestServer server([](const Request& request, const Reply& reply) {
    std::thread([reply, path = std::string(request.path)] { reply(text(200, path)); }).detach();
  });
  WireClient client(server.port());
  for (int i = 0; i < 100; ++i) {
    client.send("GET /" + std::to_string(i) + " HTTP/1.1\r\nHost: h\r\n\r\n");
    ASSERT_EQ(client.read_answer().body, "/" + std::to_string(i));
  }
}

TEST(Reply, KeepsTheRequestValidWhileMoreArrives) {
  std::atomic<const Request*> seen = nullptr;
  std::optional<Reply> kept;
  TestServer server([&](const Request& request, const Reply& reply) {
    if (request.path == "/first") {
      kept = reply;
      seen = &request;
    } else {
      reply(text(200, "second"));
    }
  });
  WireClient client(server.port());
  client.send("GET /first HTTP/1.1\r\nHost: h\r\nX-A: a\r\n\r\n");
  ASSERT_TRUE(eventually([&] { return seen != nullptr; }));
  client.send("GET /second HTTP/1.1\r\nHost: h\r\nX-A: " + std::string(10'000, 'b') + "\r\n\r\n");
  EXPECT_EQ(seen.load()->path, "/first");
  EXPECT_EQ(seen.load()->header("x-a"), "a");
  (*kept)(text(200, "first"));
  EXPECT_EQ(client.read_answer().body, "first");
  EXPECT_EQ(client.read_answer().body, "second");
}

TEST(Reply, FirstAnswerWins) {
  TestServer server([](const Request&, const Reply& reply) {
    const Reply copy = reply;  // NOLINT(performance-unnecessary-copy-initialization): what is tested
    copy(text(200, "first"));
    reply(text(200, "second"));
  });
  WireClient client(server.port());
  client.send(plain_get + plain_get);
  EXPECT_EQ(client.read_answer().body, "first");
  EXPECT_EQ(client.read_answer().body, "first");
}

TEST(Reply, MayBeBuiltOnTheConnectionsThread) {
  std::thread::id handler, builder;
  TestServer server([&](const Request&, const Reply& reply) {
    handler = std::this_thread::get_id();
    std::thread([&builder, reply] {
      reply.build([&builder] {
        builder = std::this_thread::get_id();
        return text(200, "built");
      });
    }).detach();
  });
  WireClient client(server.port());
  client.send(plain_get);
  EXPECT_EQ(client.read_answer().body, "built");
  EXPECT_EQ(builder, handler);
}

TEST(Reply, DroppedBecomes500) {
  TestServer server([](const Request&, const Reply&) {});
  WireClient client(server.port());
  client.send(plain_get + plain_get);
  EXPECT_EQ(client.read_answer().status, 500u);
  EXPECT_EQ(client.read_answer().status, 500u);
  EXPECT_EQ(server.server().statistics().failed, 2u);
}

TEST(Reply, DroppedOnAnotherThreadBecomes500) {
  TestServer server([](const Request&, const Reply& reply) { std::thread([reply] {}).detach(); });
  WireClient client(server.port());
  client.send(plain_get);
  EXPECT_EQ(client.read_answer().status, 500u);
}

TEST(Server, HandlerThatThrowsBecomes500) {
  TestServer server([](const Request&, const Reply&) { throw std::runtime_error("secret"); });
  WireClient client(server.port());
  client.send(plain_get);
  const auto answer = client.read_answer();
  EXPECT_EQ(answer.status, 500u);
  EXPECT_EQ(answer.body.find("secret"), std::string::npos);
}

TEST(Server, ReportsEachFailedHandler) {
  std::vector<std::string> reported;
  ServerOptions options;
  options.on_failure = [&reported](const HandlerFailure& failure) {
    reported.push_back(std::string(failure.method) + " " + std::string(failure.path) + ": " +
                       (failure.exception ? std::string(failure.what) : "dropped"));
  };
  {
    TestServer server(
        [](const Request& request, const Reply& reply) {
          if (request.path == "/throws") throw std::runtime_error("The disk is on fire.");
          if (request.path == "/answers-and-throws") {
            reply(text(200, "done"));
            throw std::runtime_error("Too late.");
          }
          if (request.path == "/cannot-be-built") {
            reply.build([]() -> Response { throw std::runtime_error("No template."); });
          }
        },
        options);
    WireClient client(server.port());
    for (const std::string path : {"/throws", "/drops", "/answers-and-throws", "/cannot-be-built"}) {
      client.send("GET " + path + " HTTP/1.1\r\nHost: test\r\n\r\n");
      EXPECT_EQ(client.read_answer().status, path == "/answers-and-throws" ? 200u : 500u);
    }
    EXPECT_EQ(server.server().statistics().failed, 4u);
  }
  EXPECT_EQ(reported, (std::vector<std::string>{"GET /throws: The disk is on fire.", "GET /drops: dropped",
                                                "GET /answers-and-throws: Too late.",
                                                "GET /cannot-be-built: No template."}));
}

TEST(Server, ProvidesThePeersAddress) {
  TestServer server([](const Request& request, const Reply& reply) {
    reply(text(200, std::string(request.remote_address)));
  });
  WireClient client(server.port());
  client.send(plain_get);
  EXPECT_EQ(client.read_answer().body, "127.0.0.1");
}

TEST(Server, ProvidesTheClientsAddressThatATrustedProxyStates) {
  ServerOptions options;
  options.trusted_proxies = TrustedProxies::parse(std::vector<std::string>{"127.0.0.0/8"}).value();
  TestServer server([](const Request& request,
                       const Reply& reply) { reply(text(200, std::string(request.remote_address))); },
                    options);
  WireClient client(server.port());
  for (const std::string address : {"192.0.2.1", "2001:db8::7"}) {  // on one connection
    client.send("GET / HTTP/1.1\r\nHost: test\r\nX-Forwarded-For: 198.51.100.9, " + address + "\r\n\r\n");
    EXPECT_EQ(client.read_answer().body, address);
  }
  client.send(plain_get);
  EXPECT_EQ(client.read_answer().body, "127.0.0.1");
}

TEST(Server, ListensOnEveryAddressAndShowsIpv4PeersAsSuch) {
  IoThreads threads(2);
  Server server(threads, {}, [](const Request& request, const Reply& reply) {
    reply(text(200, std::string(request.remote_address)));
  });
  const auto port = server.listen({"", 0}).value().port;
  threads.start();
  WireClient client(port);
  client.send(plain_get);
  EXPECT_EQ(client.read_answer().body, "127.0.0.1");
}

TEST(Server, ReportsAPortInUse) {
  TestServer first(describe, {}, 2);
  IoThreads threads(2);
  Server second(threads, {}, describe);
  const auto port = first.port();
  for (const auto* host : {"127.0.0.1", "localhost", ""}) {
    const auto taken = second.listen({host, port});
    ASSERT_TRUE(taken.has_error()) << host;
    EXPECT_EQ(taken.error().message,
              "Can't listen on " + std::string(host) + ":" + std::to_string(port) +
                  ": the port is in use by another program. Stop it or choose another port.");
  }
}

TEST(Server, ReportsAnUnknownAddress) {
  IoThreads threads(1);
  Server server(threads, {}, describe);
  EXPECT_EQ(server.listen({"192.0.2.1", 8080}).error().message,
            "Can't listen on 192.0.2.1:8080: this machine does not have that address. Choose one that "
            "it has, or :8080 for all.");
  EXPECT_EQ(
      server.listen({"no.such.host.invalid", 8080}).error().message,
      "Can't listen on no.such.host.invalid:8080: the name \"no.such.host.invalid\" can't be resolved.");
}

TEST(Server, DistributesClientsOverItsThreads) {
  std::mutex mutex;
  std::set<std::thread::id> threads;
  TestServer server(
      [&](const Request&, const Reply& reply) {
        const std::lock_guard lock(mutex);
        threads.insert(std::this_thread::get_id());
        reply(text(200, ""));
      },
      {}, 2);
  EXPECT_TRUE(eventually([&] {
    WireClient client(server.port());
    client.send(plain_get);
    client.read_answer();
    const std::lock_guard lock(mutex);
    return threads.size() == 2;
  }));
}

}  // namespace
}  // namespace pollux::http
