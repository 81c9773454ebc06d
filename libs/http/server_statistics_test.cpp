// What is counted for operators: each response, by route, method and status.
#include "http/server_statistics.hpp"

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "http/router.hpp"
#include "http/server.hpp"
#include "http/static_files.hpp"
#include "http/testing/web_sockets.hpp"
#include "http/testing/wire_client.hpp"

namespace pollux::http {
namespace {

using namespace std::chrono_literals;
using testing::IsEmpty;

using Counted = std::map<std::string, std::uint64_t>;

// "GET /page 200" → 1
Counted counted(const ServerStatistics& statistics) {
  Counted counts;
  for (const auto& [kind, durations] : statistics.responses()) {
    counts[std::string(name_of(kind.method)) + " " + std::string(kind.route) + " " +
           std::to_string(kind.status)] = durations.total();
  }
  return counts;
}

TEST(DurationHistogram, CountsEachDurationInTheFirstBucketThatHoldsIt) {
  DurationHistogram histogram;
  for (const auto duration : {-1ns, 0ns, 500'000ns, 500'001ns, 10'000'000'000ns, 10'000'000'001ns}) {
    histogram.add(duration);
  }
  const auto counts = histogram.counts();
  EXPECT_EQ(counts.buckets.front(), 3U);
  EXPECT_EQ(counts.buckets[1], 1U);
  EXPECT_EQ(counts.buckets[DurationHistogram::bounds.size() - 1], 1U);
  EXPECT_EQ(counts.buckets.back(), 1U);
  EXPECT_EQ(counts.total(), 6U);
  EXPECT_EQ(counts.sum, 20'001'000'002ns);
}

TEST(ThreadStatistics, AreBounded) {
  ThreadStatistics statistics;
  constexpr unsigned kinds = 2 * ThreadStatistics::max_kinds;
  for (unsigned round = 0; round < 2; ++round) {
    for (unsigned status = 0; status < kinds; ++status) statistics.count({"/", Method::get, status}, 1ms);
  }
  std::vector<ThreadStatistics::Responses> responses;
  statistics.append_to(responses);
  EXPECT_EQ(responses.size(), ThreadStatistics::max_kinds + 1);
  std::uint64_t total = 0;
  for (const auto& response : responses) total += response.durations.total();
  EXPECT_EQ(total, 2 * kinds);
}

TEST(ServerStatistics, AddsUpTheThreads) {
  ServerStatistics statistics;
  const std::string same = "/page";  // at another address than the literal
  statistics.threads.emplace_back().count({"/page", Method::get, 200}, 1ms);
  statistics.threads.emplace_back().count({same, Method::get, 200}, 2ms);
  statistics.threads.back().loop_lag.add(3ms);
  const auto responses = statistics.responses();
  ASSERT_EQ(responses.size(), 1U);
  EXPECT_EQ(responses[0].durations.total(), 2U);
  EXPECT_EQ(responses[0].durations.sum, 3ms);
  EXPECT_EQ(statistics.loop_lag().sum, 3ms);
}

TEST(ServerStatistics, CanBeReadWhileAThreadCounts) {
  ServerStatistics statistics;
  ThreadStatistics& counting = statistics.threads.emplace_back();
  constexpr unsigned kinds = 300;
  std::thread thread([&counting] {
    for (unsigned status = 0; status < kinds; ++status) counting.count({"/", Method::get, status}, 1us);
  });
  std::uint64_t last = 0;
  const auto deadline = std::chrono::steady_clock::now() + 1min;
  while (last < kinds && std::chrono::steady_clock::now() < deadline) {
    std::uint64_t total = 0;
    for (const auto& response : statistics.responses()) total += response.durations.total();
    EXPECT_GE(total, last);
    last = total;
  }
  thread.join();
  EXPECT_EQ(last, kinds);
}

constexpr StaticFile two_files[] = {{"/a-3f2a9c.css", "text/css", "\"1\"", true, "css", "", ""},
                                    {"/b-77ab01.js", "text/javascript", "\"2\"", true, "js", "", ""}};

class CountedResponses : public testing::Test {
 protected:
  explicit CountedResponses(ServerLimits limits = {.header_bytes = 2048,
                                                   .body_bytes = 1000,
                                                   .linger_time = 50ms})
      : server_{std::ref(router_), {.limits = limits}} {}
  ~CountedResponses() override { keep(std::nullopt); }  // before the io threads

  Router routes() {
    Router router;
    router.on(Method::get, "/page", [](const auto&, const Reply& reply) { reply(text(200, "page")); })
        .on(Method::post, "/page", [](const auto&, const Reply& reply) { reply(text(303, "posted")); })
        .on(Method::get, "/throws", [](const auto&, const auto&) { throw std::runtime_error("on fire"); })
        .on(Method::get, "/drops", [](const auto&, const auto&) {})
        .on(Method::get, "/keeps", [this](const auto&, const Reply& reply) { keep(reply); })
        .on(Method::get, "/keeps-while-the-client-stays",
            [this](const auto&, const Reply& reply) {
              reply.on_abandoned([] {});
              keep(reply);
            })
        .on_any_method(
            "/socket",
            [](const auto&, const Reply& reply) { reply.upgrade({}, std::make_shared<SilentListener>()); })
        .files(files_)
        .under("/vote/");
    return router;
  }

  void keep(std::optional<Reply> reply) {
    const std::lock_guard lock(mutex_);
    kept_ = std::move(reply);
  }
  bool has_kept() {
    const std::lock_guard lock(mutex_);
    return kept_.has_value();
  }

  // Sends it on a connection of its own; returns the status.
  unsigned ask(const std::string& request) {
    WireClient client(server_.port());
    client.send(request);
    return client.read_answer(!request.starts_with("HEAD")).status;
  }
  unsigned ask(const std::string& method, const std::string& path) {
    return ask(method + " " + path + " HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n");
  }

  // A response is counted after it is sent, so the client may have it first.
  Counted counts(const Counted& expected) {
    Counted now;
    eventually([&] { return (now = counted(server_.server().statistics())) == expected; });
    return now;
  }

  std::mutex mutex_;
  std::optional<Reply> kept_;
  StaticFiles files_{two_files};
  Router router_ = routes();
  TestServer server_;
};

class CountedTimeouts : public CountedResponses {
 protected:
  CountedTimeouts() : CountedResponses({.header_time = 300ms, .handler_time = 300ms, .linger_time = 50ms}) {}
};

TEST_F(CountedResponses, ByRouteMethodAndStatus) {
  EXPECT_EQ(ask("GET", "/page"), 200U);
  EXPECT_EQ(ask("GET", "/page?color=red"), 200U);
  EXPECT_EQ(ask("HEAD", "/page"), 200U);
  EXPECT_EQ(ask("POST", "/page"), 303U);
  EXPECT_EQ(ask("PUT", "/page"), 405U);
  EXPECT_EQ(ask("OPTIONS", "/page"), 204U);
  EXPECT_EQ(ask("OPTIONS", "*"), 204U);
  const Counted expected{{"GET /page 200", 2}, {"HEAD /page 200", 1},    {"POST /page 303", 1},
                         {"PUT /page 405", 1}, {"OPTIONS /page 204", 1}, {"OPTIONS none 204", 1}};
  EXPECT_EQ(counts(expected), expected);
}

TEST_F(CountedResponses, WithTheSameRouteBelowThePathOfAPublicUrl) {
  EXPECT_EQ(ask("GET", "/vote/page"), 200U);
  EXPECT_EQ(ask("GET", "/page"), 200U);
  EXPECT_EQ(ask("GET", "/vote"), 308U);
  const Counted expected{{"GET /page 200", 2}, {"GET none 308", 1}};
  EXPECT_EQ(counts(expected), expected);
}

TEST_F(CountedResponses, OfAllFilesTogether) {
  EXPECT_EQ(ask("GET", "/a-3f2a9c.css"), 200U);
  EXPECT_EQ(ask("GET", "/vote/b-77ab01.js"), 200U);
  const Counted expected{{"GET files 200", 2}};
  EXPECT_EQ(counts(expected), expected);
}

TEST_F(CountedResponses, WithoutASeriesForEachPathOrMethodThatAClientInvents) {
  for (int i = 0; i < 50; ++i) {
    EXPECT_EQ(ask("GET", "/page/" + std::to_string(i)), 404U);
    EXPECT_EQ(ask("BREW" + std::to_string(i), "/page"), 405U);
    EXPECT_EQ(ask("BREW" + std::to_string(i), "/" + std::to_string(i)), 404U);
  }
  const Counted expected{{"GET none 404", 50}, {"other /page 405", 50}, {"other none 404", 50}};
  EXPECT_EQ(counts(expected), expected);
}

TEST_F(CountedResponses, ThatTheServerMakesItself) {
  EXPECT_EQ(ask("nonsense\r\n\r\n"), 400U);
  EXPECT_EQ(ask("GET /page HTTP/1.1\r\n\r\n"), 400U) << "no Host";
  EXPECT_EQ(ask("GET /page HTTP/1.1\r\nHost: h\r\nX: " + std::string(3000, 'x')), 431U);
  EXPECT_EQ(ask("POST /page HTTP/1.1\r\nHost: h\r\nContent-Length: 1001\r\n\r\n"), 413U);
  const Counted expected{
      {"other none 400", 1}, {"GET none 400", 1}, {"other none 431", 1}, {"POST none 413", 1}};
  EXPECT_EQ(counts(expected), expected);
}

TEST_F(CountedResponses, OfHandlersThatFail) {
  EXPECT_EQ(ask("GET", "/throws"), 500U);
  EXPECT_EQ(ask("GET", "/drops"), 500U);
  const Counted expected{{"GET /throws 500", 1}, {"GET /drops 500", 1}};
  EXPECT_EQ(counts(expected), expected);
  EXPECT_EQ(server_.server().statistics().failed, 2U);
}

TEST_F(CountedTimeouts, OfClientsAndOfHandlers) {
  EXPECT_EQ(ask("GET /page HTTP/1.1\r\nHost:"), 408U);
  EXPECT_EQ(ask("GET", "/keeps"), 503U);
  const Counted expected{{"other none 408", 1}, {"GET /keeps 503", 1}};
  EXPECT_EQ(counts(expected), expected);
  EXPECT_EQ(server_.server().statistics().failed, 1U);
}

TEST_F(CountedResponses, AnUpgradeOnceAndARejectedOneAsWhatItIs) {
  EXPECT_EQ(ask("GET", "/socket"), 400U);
  {
    WireClient client(server_.port());
    client.send(
        "GET /socket HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: upgrade\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
        "X-Request-Id: proxy-0123456789\r\n\r\n");
    const auto answer = client.read_answer(false);
    EXPECT_EQ(answer.status, 101U);
    EXPECT_EQ(answer.field("X-Request-Id"), "proxy-0123456789");
    client.send_frame(0x88, "");
    EXPECT_EQ(client.read_frame().opcode, 8);
  }
  const Counted expected{{"GET /socket 400", 1}, {"GET /socket 101", 1}};
  EXPECT_EQ(counts(expected), expected);
}

TEST_F(CountedResponses, AClientThatDidNotWaitAsOneWithoutAResponse) {
  {
    WireClient client(server_.port());
    client.send("GET /keeps-while-the-client-stays HTTP/1.1\r\nHost: h\r\n\r\n");
    ASSERT_TRUE(eventually([&] { return has_kept(); }));
  }
  {
    WireClient client(server_.port());
    client.send("POST /page HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nhalf");
  }
  const Counted expected{{"GET /keeps-while-the-client-stays 499", 1}, {"POST none 499", 1}};
  EXPECT_EQ(counts(expected), expected);
}

TEST_F(CountedResponses, ButNotAConnectionWithoutARequest) {
  WireClient(server_.port()).send("GET /pa");
  WireClient client(server_.port());
  client.finish_sending();
  EXPECT_TRUE(client.is_closed());
  ASSERT_TRUE(eventually([&] { return server_.server().statistics().connections == 0; }));
  EXPECT_THAT(counted(server_.server().statistics()), IsEmpty());
}

TEST_F(CountedResponses, BesideTheLagOfEachThread) {
  EXPECT_TRUE(eventually([&] { return server_.server().statistics().loop_lag().total() > 0; }));
}

TEST(RequestId, IsInTheResponseInTheRequestAndInTheReportOfItsFailure) {
  std::string handled;
  std::string reported;
  ServerOptions options;
  options.on_failure = [&reported](const HandlerFailure& failure) { reported = failure.request_id; };
  std::string sent;
  {
    TestServer server(
        [&handled](const Request& request, const Reply&) {
          handled = request.id;
          throw std::runtime_error("on fire");
        },
        options);
    WireClient client(server.port());
    client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
    sent = client.read_answer().field("X-Request-Id");
  }
  EXPECT_EQ(sent.size(), 16U);
  EXPECT_EQ(sent, handled);
  EXPECT_EQ(sent, reported);
}

}  // namespace
}  // namespace pollux::http
