// Deferred tasks do not delay connected clients.
#include "engineio/fair_task_queue.hpp"

#include <future>
#include <stdexcept>
#include <string>
#include <thread>

#include <boost/asio/post.hpp>
#include <gtest/gtest.h>

#include "base/testing/eventually.hpp"
#include "engineio/testing/echo_server.hpp"
#include "engineio/testing/http_client.hpp"

namespace pollux::engineio::testing {
namespace {

// Uses its whole slice, `count` times.
FairTaskQueue::Task slices(int count, std::string& story, char name) {
  return [count, &story, name](FairTaskQueue::Clock::time_point end) mutable {
    story += name;
    while (FairTaskQueue::Clock::now() < end) {
    }
    return --count > 0;
  };
}

class EngineIoFairTaskQueue : public ::testing::Test {
 protected:
  boost::asio::io_context context_{1};
  std::shared_ptr<FairTaskQueue> queue_ = std::make_shared<FairTaskQueue>(context_);
  std::string story_;
};

TEST_F(EngineIoFairTaskQueue, RunsTasksInTurn) {
  queue_->push(slices(3, story_, 'a'));
  queue_->push(slices(1, story_, 'b'));
  EXPECT_EQ(queue_->size(), 2U);
  context_.run();
  EXPECT_EQ(story_, "abaa");
  EXPECT_EQ(queue_->size(), 0U);
}

TEST_F(EngineIoFairTaskQueue, RunsOtherHandlersBetweenSlices) {
  queue_->push(slices(3, story_, 'a'));
  boost::asio::post(context_, [this] { story_ += '.'; });
  context_.run();
  EXPECT_EQ(story_, "a.aa");
}

TEST_F(EngineIoFairTaskQueue, ContinuesAfterATaskThatThrows) {
  queue_->push([](FairTaskQueue::Clock::time_point) -> bool { throw std::runtime_error("for the test"); });
  queue_->push(slices(1, story_, 'a'));
  context_.run();
  EXPECT_EQ(story_, "a");
}

TEST_F(EngineIoFairTaskQueue, DestroysTasksWhenCleared) {
  const auto kept = std::make_shared<int>();
  queue_->push([kept](FairTaskQueue::Clock::time_point) { return true; });
  queue_->clear();
  EXPECT_EQ(kept.use_count(), 1);
  EXPECT_EQ(queue_->size(), 0U);
}

// Waits at the 17th packet of a payload, and spends a millisecond on each that follows.
class SlowListener : public Listener {
 public:
  SlowListener(std::promise<void>& reached, std::shared_future<void> go_on)
      : reached_(reached), go_on_(std::move(go_on)) {}
  void on_open(Connection&) override {}
  void on_text(std::string_view) override {
    if (++packets_ < 17) return;
    if (packets_ == 17) reached_.set_value();
    go_on_.wait();
    const auto end = FairTaskQueue::Clock::now() + std::chrono::milliseconds(1);
    while (FairTaskQueue::Clock::now() < end) {
    }
  }
  void on_binary(std::string_view) override {}
  void on_close(CloseReason) override {}

 private:
  std::promise<void>& reached_;
  std::shared_future<void> go_on_;
  int packets_ = 0;
};

std::string packets(std::size_t count) {
  std::string payload = "4a";
  for (std::size_t i = 1; i < count; ++i)
    payload +=
        "\x1e"
        "4a";
  return payload;
}

// What is under way on the session's only io thread when a long payload is half received.
class EngineIoLongPayload : public ::testing::Test {
 protected:
  std::promise<void> reached_;
  std::promise<void> go_on_;
  EchoServer server_{Options{}, [this, go_on = go_on_.get_future().share()](const http::Request&) {
                       return std::make_shared<SlowListener>(reached_, go_on);
                     }};
  PollingClient client_{server_.port()};
};

// Throws when its client sends something.
class FailingListener : public Listener {
 public:
  void on_open(Connection&) override {}
  void on_text(std::string_view) override { throw std::runtime_error("An invariant broke."); }
  void on_binary(std::string_view) override {}
  void on_close(CloseReason) override {}
};

TEST(EngineIoFailure, OfAListenerIsReportedAndCounted) {
  std::promise<std::string> reported;
  Options options;
  options.on_failure = [&](std::string_view what) { reported.set_value(std::string(what)); };
  EchoServer server(options, [](const http::Request&) { return std::make_shared<FailingListener>(); });
  const PollingClient client(server.port());
  // Only the packets beyond the first 16 are a task; a failure in the others is reported by the HTTP server.
  std::string pongs = "3";
  for (int i = 0; i < 20; ++i)
    pongs +=
        "\x1e"
        "3";
  EXPECT_EQ(client
                .post(pongs + "\x1e"
                              "4a")
                .status,
            500);
  EXPECT_EQ(reported.get_future().get(), "An invariant broke.");
  EXPECT_EQ(server.engine().statistics().failed, 1U);
}

TEST_F(EngineIoLongPayload, LetsANewClientOpenMeanwhile) {
  HttpRequest post(server_.port(), "POST", client_.target(), packets(1'000));
  reached_.get_future().wait();
  go_on_.set_value();
  EXPECT_EQ(PollingClient(server_.port()).opening().status, 200U);
  EXPECT_LT(server_.engine().statistics().received, 1'000U);
  EXPECT_EQ(post.answer().body, "ok");
  EXPECT_EQ(server_.engine().statistics().received, 1'000U);
}

TEST_F(EngineIoLongPayload, IsTheOnlyOneOfItsSession) {
  HttpRequest post(server_.port(), "POST", client_.target(), packets(1'000));
  reached_.get_future().wait();
  HttpRequest second(server_.port(), "POST", client_.target(), "4a");
  go_on_.set_value();
  EXPECT_EQ(second.answer().status, 400U);
  EXPECT_EQ(post.answer().status, 400U);
  EXPECT_TRUE(
      eventually([&] { return server_.engine().statistics().closed_for(CloseReason::malformed) == 1; }));
}

TEST_F(EngineIoLongPayload, EndsWithItsSession) {
  HttpRequest post(server_.port(), "POST", client_.target(), packets(1'000));
  reached_.get_future().wait();
  server_.engine().drain();
  go_on_.set_value();
  EXPECT_EQ(post.answer().body, "ok");
  EXPECT_LT(server_.engine().statistics().received, 1'000U);
}

}  // namespace
}  // namespace pollux::engineio::testing
