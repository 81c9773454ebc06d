#include "lifecycle/trace_export.hpp"

#include <sstream>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/testing/eventually.hpp"
#include "tracing/testing/collector.hpp"

namespace pollux::lifecycle {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class TraceExportTest : public testing::Test {
 protected:
  void trace_a_request(const TraceExport& traces) {
    traces.tracer().start_request("POST /", tracing::SpanKind::server, {}).end();
  }

  telemetry::Metrics metrics_;
  std::ostringstream lines_;
  telemetry::Log log_{telemetry::LogLevel::info, lines_};
  config::TracingOptions options_{.program = "pollux-vote", .ratio = 1};
};

TEST_F(TraceExportTest, IsOffWithoutAnEndpoint) {
  TraceExport traces(options_, metrics_, log_);
  EXPECT_FALSE(traces.tracer());
  trace_a_request(traces);
  traces.stop(std::chrono::hours(1));
  EXPECT_THAT(metrics_.text(), HasSubstr("pollux_spans_exported_total 0\n"));
}

TEST_F(TraceExportTest, ExportsWhatWaitsWhenItStops) {
  tracing::Collector collector;
  options_.endpoint = collector.endpoint();
  TraceExport traces(options_, metrics_, log_);
  trace_a_request(traces);
  traces.stop(std::chrono::hours(1));
  EXPECT_THAT(collector.names(), ElementsAre("POST /"));
  EXPECT_THAT(collector.requests().front().body,
              HasSubstr(R"({"key":"service.name","value":{"stringValue":"pollux-vote"}})"));
  EXPECT_THAT(metrics_.text(), HasSubstr("pollux_spans_exported_total 1\n"));
  EXPECT_EQ(lines_.str(), "");
}

TEST_F(TraceExportTest, LogsAndCountsFailures) {
  tracing::Collector collector;
  collector.answer_with(http::text(400, "No."));
  options_.endpoint = collector.endpoint();
  TraceExport traces(options_, metrics_, log_);
  trace_a_request(traces);
  traces.stop(std::chrono::hours(1));
  EXPECT_THAT(metrics_.text(), HasSubstr("pollux_span_export_failures_total 1\n"));
  EXPECT_THAT(metrics_.text(), HasSubstr("pollux_spans_dropped_total{reason=\"export_failed\"} 1\n"));
  EXPECT_THAT(metrics_.text(), HasSubstr("pollux_spans_dropped_total{reason=\"queue_full\"} 0\n"));
  EXPECT_THAT(lines_.str(), HasSubstr("Spans could not be exported"));
  EXPECT_THAT(lines_.str(), HasSubstr("status 400"));
}

}  // namespace
}  // namespace pollux::lifecycle
