#include "tracing/exporter.hpp"

#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/testing/eventually.hpp"
#include "tracing/testing/collector.hpp"

namespace pollux::tracing {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using namespace std::chrono_literals;

SpanData named(const std::string& name) {
  SpanData span;
  span.context = *parse_traceparent("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
  span.name = name;
  return span;
}

http::Response status(unsigned code, const std::string& retry_after = "") {
  http::Response response = http::text(code, "No.");
  if (!retry_after.empty()) response.set("Retry-After", retry_after);
  return response;
}

class ExporterTest : public testing::Test {
 protected:
  Exporter::Options options() {
    return {.endpoint = collector_.endpoint(),
            .resource = {.version = "0.1.0"},
            .period = 5ms,
            .first_pause = 2ms,
            .longest_pause = 10ms,
            .on_failure = [this](const std::string& reason) {
              const std::lock_guard lock(mutex_);
              reasons_.push_back(reason);
            }};
  }
  // Every period exports what is there; a test that counts batches fills them.
  Exporter& start(Exporter::Options options) { return exporter_.emplace(std::move(options)); }
  void add(const std::string& name) { exporter_->sink()->add(named(name)); }

  bool exported(std::uint64_t count) {
    return eventually([&] { return exporter_->statistics().exported == count; });
  }
  bool dropped(std::uint64_t count) {
    return eventually([&] { return exporter_->statistics().dropped_export_failed == count; });
  }
  std::vector<std::string> reasons() {
    const std::lock_guard lock(mutex_);
    return reasons_;
  }

  std::mutex mutex_;  // guards reasons_
  std::vector<std::string> reasons_;
  Collector collector_;
  std::optional<Exporter> exporter_;
};

TEST_F(ExporterTest, PostsSpansToTheCollector) {
  start(options());
  add("a");
  add("b");
  ASSERT_TRUE(exported(2));
  EXPECT_THAT(collector_.names(), ElementsAre("a", "b"));
  const auto request = collector_.requests().front();
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.target, "/v1/traces");
  EXPECT_EQ(request.content_type, "application/json");
  EXPECT_THAT(reasons(), IsEmpty());
}

TEST_F(ExporterTest, SendsAFullBatchWithoutWaitingForThePeriod) {
  auto wanted = options();
  wanted.period = 1h;
  wanted.batch_spans = 2;
  start(wanted);
  for (const char* const name : {"a", "b", "c", "d"}) add(name);
  ASSERT_TRUE(exported(4));
  EXPECT_THAT(collector_.requests(), SizeIs(2));
}

TEST_F(ExporterTest, RetriesWhatMaySucceedLater) {
  for (const unsigned code : {429U, 502U, 503U, 504U}) collector_.answer_with(status(code));
  start(options());
  add("a");
  ASSERT_TRUE(exported(1));
  EXPECT_THAT(collector_.names(), ElementsAre("a", "a", "a", "a", "a"));
  EXPECT_EQ(exporter_->statistics().failures, 4U);
  EXPECT_THAT(reasons().front(), HasSubstr("status 429"));
}

TEST_F(ExporterTest, DropsWhatTheCollectorRejects) {
  for (const unsigned code : {400U, 401U, 404U, 500U, 301U}) {
    collector_.answer_with(status(code));
    start(options());
    add("a");
    EXPECT_TRUE(dropped(1)) << code;
    EXPECT_EQ(exporter_->statistics().failures, 1U);
    EXPECT_THAT(reasons().back(), HasSubstr(std::to_string(code)));
  }
  EXPECT_THAT(collector_.requests(), SizeIs(5)) << "each was sent once";
}

TEST_F(ExporterTest, WaitsAsLongAsTheCollectorAsks) {
  collector_.answer_with(status(503, "3600"));
  auto wanted = options();
  wanted.batch_time = 1ms;  // so that it is dropped at once, and the next batch waits
  wanted.longest_retry_after = 1h;
  start(wanted);
  add("a");
  ASSERT_TRUE(dropped(1));
  add("b");
  ASSERT_TRUE(eventually([this] { return reasons().size() == 1; }));
  exporter_->stop(0ms);
  EXPECT_THAT(collector_.names(), ElementsAre("a"));
  EXPECT_EQ(exporter_->statistics().dropped_export_failed, 2U);
}

TEST_F(ExporterTest, BoundsTheTimeThatTheCollectorAsksFor) {
  collector_.answer_with(status(429, "3600"));
  auto wanted = options();
  wanted.longest_retry_after = 1ms;
  start(wanted);
  add("a");
  EXPECT_TRUE(exported(1));
}

TEST_F(ExporterTest, GivesUpABatchAfterItsTime) {
  for (int i = 0; i < 1000; ++i) collector_.answer_with(status(503));
  auto wanted = options();
  wanted.batch_time = 30ms;
  start(wanted);
  add("a");
  EXPECT_TRUE(dropped(1));
  EXPECT_EQ(exporter_->statistics().exported, 0U);
}

TEST_F(ExporterTest, CountsWhatACollectorRejectsOfABatch) {
  auto wanted = options();
  wanted.period = 1h;
  wanted.batch_spans = 3;
  collector_.answer_with(
      http::json(200, R"({"partialSuccess":{"rejectedSpans":"2","errorMessage":"too old"}})"));
  start(wanted);
  for (const char* const name : {"a", "b", "c"}) add(name);
  ASSERT_TRUE(exported(1));
  EXPECT_TRUE(dropped(2));
  EXPECT_TRUE(eventually([this] { return !reasons().empty(); }));
  EXPECT_THAT(reasons(), ElementsAre(HasSubstr("2 spans: too old")));
}

TEST_F(ExporterTest, LosesOnlySpansWhileThereIsNoCollector) {
  auto wanted = options();
  {
    const Collector gone;
    wanted.endpoint = gone.endpoint();
  }
  wanted.queue_spans = 2;
  wanted.batch_spans = 1;
  wanted.batch_time = 1h;
  start(wanted);
  for (int i = 0; i < 10; ++i) add("a");
  EXPECT_TRUE(eventually([this] { return exporter_->statistics().failures >= 2; }));
  EXPECT_GE(exporter_->statistics().dropped_queue_full, 7U) << "two wait, and one may be on its way";
  EXPECT_THAT(reasons().front(), HasSubstr("cannot be reached"));
  exporter_->stop(0ms);
  const ExportStatistics& statistics = exporter_->statistics();
  EXPECT_EQ(statistics.dropped_queue_full + statistics.dropped_export_failed, 10U)
      << "none is lost uncounted";
}

TEST_F(ExporterTest, SaysThatANameIsUnknown) {
  auto wanted = options();
  wanted.endpoint.host = "collector.invalid";  // RFC 6761: never resolves
  start(wanted);
  add("a");
  ASSERT_TRUE(eventually([this] { return !reasons().empty(); }));
  EXPECT_THAT(reasons().front(), HasSubstr("cannot be resolved"));
}

TEST_F(ExporterTest, DoesNotWaitForASlowCollectorForever) {
  collector_.answer_nothing(true);
  auto wanted = options();
  wanted.request_time = 20ms;
  start(wanted);
  add("a");
  ASSERT_TRUE(eventually([this] { return !reasons().empty(); }));
  EXPECT_THAT(reasons().front(), HasSubstr("did not answer in time"));
  collector_.answer_nothing(false);
  EXPECT_TRUE(exported(1));
}

TEST_F(ExporterTest, AStopExportsWhatWaits) {
  auto wanted = options();
  wanted.period = 1h;
  wanted.batch_spans = 2;
  start(wanted);
  for (const char* const name : {"a", "b", "c"}) add(name);
  exporter_->stop(1h);
  EXPECT_THAT(collector_.names(), ElementsAre("a", "b", "c"));
  EXPECT_EQ(exporter_->statistics().exported, 3U);
  add("late");
  EXPECT_EQ(exporter_->statistics().dropped_export_failed, 1U);
  exporter_->stop(1h);
}

// Without the limit the test would take an hour.
TEST_F(ExporterTest, AStopIsBoundedWhileTheCollectorIsSlow) {
  collector_.answer_nothing(true);
  auto wanted = options();
  wanted.request_time = 1h;
  wanted.batch_spans = 1;
  start(wanted);
  for (const char* const name : {"a", "b", "c"}) add(name);
  ASSERT_TRUE(eventually([this] { return !collector_.requests().empty(); })) << "a request is on its way";
  exporter_->stop(10ms);
  EXPECT_EQ(exporter_->statistics().dropped_export_failed, 3U);
  EXPECT_EQ(exporter_->statistics().exported, 0U);
}

TEST_F(ExporterTest, AStopIsBoundedWhileItPauses) {
  collector_.answer_with(status(503, "3600"));
  auto wanted = options();
  wanted.longest_retry_after = 1h;
  wanted.batch_time = 2h;
  start(wanted);
  add("a");
  ASSERT_TRUE(eventually([this] { return reasons().size() == 1; }));
  exporter_->stop(10ms);
  EXPECT_EQ(exporter_->statistics().dropped_export_failed, 1U);
}

TEST_F(ExporterTest, SpansMayOutliveIt) {
  start(options());
  const auto sink = exporter_->sink();
  exporter_.reset();
  sink->add(named("late"));
}

}  // namespace
}  // namespace pollux::tracing
