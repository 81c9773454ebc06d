// Streams of results from the result service on a real listener.
#include "result/event_streams.hpp"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/testing/eventually.hpp"
#include "directory/in_process_poll_directory.hpp"
#include "engineio/testing/http_client.hpp"
#include "feed/in_process_tally_feed.hpp"
#include "http/server.hpp"
#include "http/testing/wire_client.hpp"
#include "result/result_service.hpp"
#include "result/testing/managed_polls.hpp"

namespace pollux::result {
namespace {

using namespace std::chrono_literals;
using poll::PollState;
using poll::ResultsPolicy;
using testing::AllOf;
using testing::HasSubstr;

class EventStreamsTest : public testing::Test {
 protected:
  void start(EventStreams::Options options = {.period = 1ms}, const http::ServerLimits& limits = {}) {
    service_.emplace(threads_, front_, front_.front().id(), directory_, feed_,
                     ResultService::Options{.publish_period = 1ms, .streams = std::move(options)}, metrics_);
    service_->add_routes(router_);
    server_.emplace(threads_, http::ServerOptions{.limits = limits}, std::ref(router_));
    threads_.start();
    port_ = server_->listen({"127.0.0.1", 0}).value().port;
  }
  void TearDown() override {
    service_->drain();
    server_->drain(1s);
    threads_.stop();
  }

  void publish(const poll::ManagedPoll& poll) {
    poll_ = poll;
    directory_.publish(poll).value();
  }
  void count(const std::vector<std::string>& votes) { feed_.update(tally_of(poll_, votes)); }
  void count_when_followed(const std::vector<std::string>& votes) {
    ASSERT_TRUE(eventually([&] { return feed_.is_followed(run_id(poll_)); }));
    count(votes);
  }

  http::WireClient follow(const std::string& fields = "", int receive_buffer_bytes = 0) const {
    http::WireClient client(port_, receive_buffer_bytes);
    client.send("GET /api/results/k7m-xq4/stream HTTP/1.1\r\nHost: h\r\n" + fields + "\r\n");
    return client;
  }
  // A stream of the poll, of which the head and the first event are read.
  http::WireClient follow_from_now() const {
    http::WireClient client = follow();
    client.read_until("\r\n\r\n");
    client.read_until("retry: 3000\n\n");
    event(client);
    return client;
  }
  static std::string event(http::WireClient& client) { return client.read_until("\n\n"); }
  // Past the events before it.
  static bool gets(http::WireClient& client, const std::string& text) {
    for (int events = 0; events < 20; ++events) {
      if (event(client).find(text) != std::string::npos) return true;
    }
    return false;
  }
  static bool has_ended(http::WireClient& client) {
    return client.read_until("\r\n0\r\n\r\n").ends_with("0\r\n\r\n");
  }
  unsigned status() const {
    http::WireClient client = follow();
    return static_cast<unsigned>(
        std::stoul(client.read_until("\r\n").substr(std::string_view("HTTP/1.1 ").size())));
  }
  bool shows(const std::string& metric) {
    return eventually([&] { return metrics_.text().find(metric) != std::string::npos; });
  }

  poll::ManagedPoll poll_ = open_poll();
  const std::vector<poll::Poll> front_{
      poll::Poll::create(poll::PollId::parse("default").value(), "Which?", {"Cats", "Dogs"}).value()};
  std::atomic<int> dropped_ = 0;
  directory::InProcessPollDirectory directory_;
  feed::TallyFanOut feed_;
  telemetry::Metrics metrics_;
  IoThreads threads_{2};
  std::optional<ResultService> service_;
  http::Router router_;
  std::optional<http::Server> server_;
  std::uint16_t port_ = 0;
};

TEST_F(EventStreamsTest, HaveTheResultsAndEachChange) {
  start();
  publish(poll_);
  http::WireClient stream = follow();
  count_when_followed({"a"});
  EXPECT_THAT(stream.read_until("\r\n\r\n"),
              AllOf(HasSubstr("HTTP/1.1 200"), HasSubstr("Content-Type: text/event-stream"),
                    HasSubstr("Cache-Control: no-store")));
  EXPECT_THAT(event(stream), HasSubstr("retry: 3000\n\n"));
  EXPECT_THAT(
      event(stream),
      HasSubstr("\nevent: results\ndata: " + public_results_json(results_now(poll_, {"a"})) + "\n\n"));
  EXPECT_TRUE(shows("pollux_result_streams 1"));
  count({"a", "b"});
  EXPECT_THAT(event(stream), HasSubstr(R"("voters":2)"));
  publish(with_state(poll_, PollState::closed));
  EXPECT_THAT(event(stream), AllOf(HasSubstr(R"("state":"closed")"), HasSubstr(R"("voters":2)")));
  directory_.withdraw(poll_.id).value();
  EXPECT_THAT(event(stream), HasSubstr("event: end\n"));
  EXPECT_TRUE(has_ended(stream));
  EXPECT_TRUE(shows("pollux_result_streams 0"));
  EXPECT_TRUE(shows(R"(pollux_result_streams_closed_total{reason="poll_removed"} 1)"));
}

TEST_F(EventStreamsTest, HaveNoNumberThatIsHidden) {
  start();
  publish(with_policy(poll_, ResultsPolicy::after_vote));
  http::WireClient stream = follow();
  count_when_followed({"a", "b", "b"});
  stream.read_until("retry: 3000\n\n");
  EXPECT_THAT(event(stream), AllOf(HasSubstr(R"("voters":3)"), HasSubstr(R"("results":null)")));
  publish(with_state(poll_, PollState::closed));
  EXPECT_THAT(event(stream), HasSubstr(R"("count":2)"));
  publish(with_policy(poll_, ResultsPolicy::hidden));
  EXPECT_THAT(event(stream), AllOf(HasSubstr(R"("results":null)"), HasSubstr(R"("voters":null)")));
  count({"a", "b", "b", "b"});
  http::WireClient other = follow_from_now();
  publish(with_policy(poll_, ResultsPolicy::live));
  EXPECT_THAT(event(stream), HasSubstr(R"("voters":4)")) << "votes are no event while no one may see them";
}

TEST_F(EventStreamsTest, ShowANewRunWithoutTheNumbersOfTheEarlierOne) {
  start();
  publish(poll_);
  http::WireClient stream = follow();
  count_when_followed({"a", "b", "b"});
  ASSERT_TRUE(gets(stream, R"("voters":3)"));
  poll::ManagedPoll reset = with_state(poll_, PollState::open);
  ++reset.run;
  publish(reset);
  count_when_followed({"a"});
  EXPECT_THAT(event(stream), AllOf(HasSubstr(R"("run":2)"), HasSubstr(R"("voters":1)")));
}

TEST_F(EventStreamsTest, GoOnAfterTheLastEventThatTheClientHas) {
  start();
  publish(poll_);
  http::WireClient first = follow();
  count_when_followed({"a"});
  first.read_until("id: ");
  const std::string known = "Last-Event-ID: " + first.read_until("\n");
  http::WireClient again = follow(known.substr(0, known.size() - 1) + "\r\n");
  http::WireClient other = follow("Last-Event-ID: 7\r\n");
  other.read_until("retry: 3000\n\n");
  EXPECT_THAT(event(other), HasSubstr(R"("voters":1)")) << "the state of now";
  again.read_until("retry: 3000\n\n");
  count({"a", "b"});
  EXPECT_THAT(event(again), HasSubstr(R"("voters":2)")) << "not what the client has";
}

TEST_F(EventStreamsTest, ShowThatTheyAreAlive) {
  start({.period = 1ms, .heartbeat = 1ms});
  publish(poll_);
  http::WireClient stream = follow();
  count_when_followed({"a"});
  ASSERT_TRUE(gets(stream, R"("voters":1)"));
  EXPECT_THAT(event(stream), HasSubstr("\r\n:\n\n"));
}

TEST_F(EventStreamsTest, EndBeforeTheServer) {
  start();
  publish(poll_);
  http::WireClient stream = follow();
  count_when_followed({"a"});
  ASSERT_TRUE(gets(stream, R"("voters":1)"));
  service_->drain();
  EXPECT_TRUE(has_ended(stream)) << "completely, so that the client knows";
  EXPECT_TRUE(shows(R"(pollux_result_streams_closed_total{reason="draining"} 1)"));
  const http::WireAnswer late = engineio::testing::request(port_, "GET", "/api/results/K7MXQ4/stream");
  EXPECT_EQ(late.status, 503U);
  EXPECT_NE(late.field("Retry-After"), "");
}

TEST_F(EventStreamsTest, AreLimitedInNumber) {
  start({.max_at_once = 2, .period = 1ms});
  publish(poll_);
  std::vector<http::WireClient> streams;
  streams.push_back(follow());
  count_when_followed({"a"});
  ASSERT_TRUE(gets(streams.back(), R"("voters":1)"));
  streams.push_back(follow_from_now());
  EXPECT_EQ(status(), 503U);
  EXPECT_TRUE(shows("pollux_result_streams_rejected_total 1"));
  streams.pop_back();
  EXPECT_TRUE(eventually([&] { return status() == 200; })) << "once a client has disconnected";
}

TEST_F(EventStreamsTest, AreLimitedInNumberForEachNetwork) {
  start({.max_of_network = 1, .period = 1ms});
  publish(poll_);
  http::WireClient stream = follow();
  count_when_followed({"a"});
  ASSERT_TRUE(gets(stream, R"("voters":1)"));
  EXPECT_EQ(status(), 503U);
}

TEST_F(EventStreamsTest, DropClientsThatDoNotRead) {
  start({.period = 1ms, .slow = 100ms, .on_slow = [this](const auto&, std::string_view) { ++dropped_; }},
        {.write_time = 200ms});
  std::string options;
  for (char letter = 'a'; letter <= 'z'; ++letter)
    options += std::string(letter == 'a' ? "" : ",") + '"' + std::string(200, letter) + '"';
  const std::string question = R"({"kind":"single","text":"Which?","options":[)" + options + "]}";
  publish(open_poll(question));
  const http::WireClient deaf = follow("", 1);
  count_when_followed({"a"});
  std::vector<std::string> votes;
  EXPECT_TRUE(eventually([&] {
    votes.emplace_back("a");
    count(votes);
    return dropped_ == 1;
  }));
  EXPECT_TRUE(shows(R"(pollux_result_streams_closed_total{reason="too_slow"} 1)"));
  EXPECT_TRUE(shows("pollux_result_streams 0"));
}

}  // namespace
}  // namespace pollux::result
