// The result service on a real listener: what leaves it of the polls that people made.
#include "result/managed_results.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/testing/eventually.hpp"
#include "directory/in_process_poll_directory.hpp"
#include "engineio/testing/http_client.hpp"
#include "feed/in_process_tally_feed.hpp"
#include "http/server.hpp"
#include "result/result_service.hpp"
#include "result/testing/managed_polls.hpp"
#include "socketio/testing/test_client.hpp"

namespace pollux::result {
namespace {

using poll::PollState;
using poll::ResultsPolicy;
using socketio::testing::TestClient;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class ManagedResultsTest : public testing::Test {
 protected:
  ManagedResultsTest() {
    service_.add_routes(router_);
    threads_.start();
    port_ = server_.listen({"127.0.0.1", 0}).value().port;
  }
  ~ManagedResultsTest() override {
    service_.drain();
    server_.drain(std::chrono::seconds(1));
    threads_.stop();
  }

  void publish(const poll::ManagedPoll& poll) {
    poll_ = poll;
    directory_.publish(poll).value();
  }
  void count(const std::vector<std::string>& votes) { feed_.update(tally_of(poll_, votes)); }
  // The feed delivers what a store would have, once someone follows the poll.
  void count_when_followed(const std::vector<std::string>& votes) {
    ASSERT_TRUE(eventually([&] { return feed_.is_followed(run_id(poll_)); }));
    count(votes);
  }
  http::WireAnswer get(const std::string& path) const {
    return engineio::testing::request(port_, "GET", path);
  }
  std::unique_ptr<TestClient> client() const { return std::make_unique<TestClient>(port_); }

  std::string name() const { return "/polls/" + poll_.id.text(); }
  // Connects a client to the poll.
  void join(TestClient& viewer) const {
    viewer.send_text("40" + name());
    EXPECT_THAT(viewer.receive_event(), StartsWith("40" + name() + ",{"));
  }
  // The next event that contains the text; none of those before contains `never`.
  static bool receives(TestClient& viewer, const std::string& text, const std::string& never = "\x01") {
    for (int events = 0; events < 20; ++events) {
      const std::string event = viewer.receive_event();
      if (event.find(never) != std::string::npos) return false;
      if (event.find(text) != std::string::npos) return true;
    }
    return false;
  }

  poll::ManagedPoll poll_ = open_poll();
  const std::vector<poll::Poll> front_{
      poll::Poll::create(poll::PollId::parse("default").value(), "Which?", {"Cats", "Dogs"}).value()};
  const std::vector<std::uint8_t> key_ = std::vector<std::uint8_t>(32, 7);
  const std::shared_ptr<const poll::ResultsPass> passes_ = std::make_shared<const poll::ResultsPass>(key_);
  directory::InProcessPollDirectory directory_;
  feed::TallyFanOut feed_;
  telemetry::Metrics metrics_;
  IoThreads threads_{2};
  ResultService service_{
      threads_,   front_, front_.front().id(),
      directory_, feed_,  {.publish_period = std::chrono::milliseconds(1), .max_polls = 2, .passes = passes_},
      metrics_};
  http::Router router_;
  http::Server server_{threads_, {}, std::ref(router_)};
  std::uint16_t port_ = 0;
};

TEST_F(ManagedResultsTest, AnswersARequestOnceTheTallyIsRead) {
  publish(poll_);
  engineio::testing::HttpRequest waiting(port_, "GET", "/api/results/k7m-xq4");
  count_when_followed({"a", "b", "a"});
  const http::WireAnswer answer = waiting.answer();
  EXPECT_EQ(answer.status, 200U);
  EXPECT_THAT(answer.head, HasSubstr("Cache-Control: no-store"));
  EXPECT_EQ(answer.body, public_results_json(results_now(poll_, {"a", "b", "a"})));
  EXPECT_EQ(get("/api/results/K7MXQ4").body, answer.body);
  EXPECT_THAT(get("/api/results/K7MXQ4/history").body, HasSubstr(R"("options":["a","b"],"points":[{"at":)"));
  EXPECT_TRUE(eventually([&] {  // from the next publication on
    return get("/api/results/K7MXQ4/history").body.find(R"("counts":[2,1]}])") != std::string::npos;
  }));
  EXPECT_THAT(metrics_.text(), HasSubstr("pollux_polls_followed 1"));
}

TEST_F(ManagedResultsTest, HasNoOtherPolls) {
  for (const char* path : {"/api/results/K7MXQ4", "/api/results/nonsense", "/api/results/%FF"}) {
    EXPECT_GE(get(path).status, 400U) << path;
    EXPECT_LE(get(path).status, 404U) << path;
  }
  const auto stranger = client();
  stranger->send_text("40/polls/019aa0f2");
  EXPECT_EQ(stranger->receive_event(), R"(44/polls/019aa0f2,{"message":"Invalid namespace"})");
  stranger->send_text("40/polls/");
  EXPECT_EQ(stranger->receive_event(), R"(44/polls/,{"message":"Invalid namespace"})");
  EXPECT_EQ(service_.managed().followed(), 0U);
}

TEST_F(ManagedResultsTest, PushesTheResultsOnConnectingAndAfterEachChange) {
  publish(poll_);
  const auto first = client();
  join(*first);
  count_when_followed({"a"});
  EXPECT_TRUE(receives(*first, R"("voters":1)"));
  const auto second = client();
  join(*second);
  EXPECT_TRUE(receives(*second, R"("voters":1)"));
  count({"a", "b"});
  EXPECT_TRUE(receives(*first, R"("voters":2)"));
  EXPECT_TRUE(receives(*second, R"("voters":2)"));
}

TEST_F(ManagedResultsTest, SendsNoHiddenNumber) {
  publish(with_policy(poll_, ResultsPolicy::after_close));
  const auto viewer = client();
  join(*viewer);
  count_when_followed({"a", "b", "b"});
  EXPECT_TRUE(receives(*viewer, R"("voters":3)", R"("count":)"));
  EXPECT_THAT(get("/api/results/K7MXQ4").body, Not(HasSubstr(R"("count":)")));
  publish(with_state(poll_, PollState::closed));
  EXPECT_TRUE(receives(*viewer, R"("count":2)"));
  EXPECT_THAT(get("/api/results/K7MXQ4").body, HasSubstr(R"("count":2)"));
}

TEST_F(ManagedResultsTest, HidesTheResultsOfOpenPagesAtOnce) {
  publish(poll_);
  const auto viewer = client();
  join(*viewer);
  count_when_followed({"a"});
  ASSERT_TRUE(receives(*viewer, R"("count":1)"));
  publish(with_policy(poll_, ResultsPolicy::hidden));
  EXPECT_THAT(get("/api/results/K7MXQ4").body, HasSubstr(R"("voters":null,"version":null,"results":null)"))
      << "when the change was published, no number is made any more";
  EXPECT_TRUE(receives(*viewer, R"("results":null)"));
  count({"a", "b"});
  publish(with_state(poll_, PollState::closed));
  EXPECT_TRUE(receives(*viewer, R"("state":"closed")", R"("count":)"));
  const auto later = client();
  join(*later);
  EXPECT_TRUE(receives(*later, R"("state":"closed")", R"("count":)"));
}

TEST_F(ManagedResultsTest, ShowsWhatVotersMaySeeToThoseWithAPass) {
  publish(with_policy(poll_, ResultsPolicy::after_vote));
  const std::string pass = passes_->of(run_id(poll_));
  const auto voter = client();
  voter->send_text("40" + name() + R"(,{"pass":")" + pass + R"("})");
  const auto other = client();
  other->send_text("40" + name() + R"(,{"pass":")" + std::string(32, '0') + R"("})");
  count_when_followed({"a"});
  EXPECT_TRUE(receives(*voter, R"(["voted_results",)"));
  EXPECT_TRUE(receives(*other, R"("voters":1)", R"("count":)"));
  count({"a", "b"});
  EXPECT_TRUE(receives(*voter, R"("count":1,"share":0.5)"));
  EXPECT_TRUE(receives(*other, R"("voters":2)", R"("count":)"));
  EXPECT_THAT(get("/api/results/K7MXQ4?pass=" + pass).body, HasSubstr(R"("count":1)"));
  EXPECT_THAT(get("/api/results/K7MXQ4").body, Not(HasSubstr(R"("count":)")));

  poll::ManagedPoll next = with_state(poll_, PollState::open);
  next.run = 2;
  publish(next);
  EXPECT_TRUE(receives(*voter, R"("run":2)"));
  count_when_followed({"b"});
  EXPECT_TRUE(receives(*voter, R"("voters":1)", R"("count":)")) << "they have not voted in this run";
  publish(with_state(poll_, PollState::closed));
  EXPECT_TRUE(receives(*voter, R"("count":1)"));
}

TEST_F(ManagedResultsTest, TellsTheViewersThatThePollWasRemoved) {
  publish(poll_);
  const auto viewer = client();
  join(*viewer);
  count_when_followed({"a"});
  directory_.withdraw(poll_.id).value();
  EXPECT_TRUE(receives(*viewer, R"("state":"removed")"));
  EXPECT_EQ(get("/api/results/K7MXQ4").status, 404U);
}

TEST_F(ManagedResultsTest, TellsTheViewersWhetherTheResultsAreLive) {
  publish(poll_);
  const auto viewer = client();
  join(*viewer);
  count_when_followed({"a"});
  service_.show_feed(FeedState::reconnecting);
  EXPECT_TRUE(receives(*viewer, R"(["feed",{"state":"reconnecting"}])"));
  const auto later = client();
  join(*later);
  EXPECT_TRUE(receives(*later, R"(["feed",{"state":"reconnecting"}])"));
  service_.show_feed(FeedState::live);
  EXPECT_TRUE(receives(*viewer, R"(["feed",{"state":"live"}])"));
  service_.show_feed(run_id(poll_), FeedState::reconnecting);
  EXPECT_TRUE(receives(*viewer, R"(["feed",{"state":"reconnecting"}])"));
  service_.show_feed(run_id(poll_), FeedState::live);
  EXPECT_TRUE(receives(*viewer, R"(["feed",{"state":"live"}])"));
}

TEST_F(ManagedResultsTest, FollowsABoundedNumberOfPolls) {
  std::vector<std::unique_ptr<TestClient>> viewers;
  for (int number = 0; number < 2; ++number) {
    publish(open_poll(tea_or_coffee, number));
    viewers.push_back(client());
    join(*viewers.back());
  }
  publish(open_poll(tea_or_coffee, 2));
  viewers.push_back(client());
  viewers.back()->send_text("40" + name());
  EXPECT_THAT(viewers.back()->receive_event(), StartsWith("44" + name() + ","));
  const http::WireAnswer rejected = get("/api/results/K7MXQ7");
  EXPECT_EQ(rejected.status, 503U);
  EXPECT_EQ(rejected.field("Retry-After"), "5");
  viewers.front().reset();
  EXPECT_TRUE(eventually([&] {
    viewers.back()->send_text("40" + name());
    return viewers.back()->receive_event().starts_with("40");
  })) << "there is room for it now";
}

TEST_F(ManagedResultsTest, LeavesThePollOfTheSettingsAsItIs) {
  const auto viewer = client();
  viewer->send_text("40/polls/default");
  EXPECT_TRUE(receives(*viewer, R"(["tally",{"poll":"default")"));
  EXPECT_EQ(get("/api/tally").status, 200U);
}

}  // namespace
}  // namespace pollux::result
