#include "telemetry/metrics.hpp"

#include <chrono>
#include <stdexcept>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "telemetry/process.hpp"
#include "telemetry/server_telemetry.hpp"

namespace pollux::telemetry {
namespace {

using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;

TEST(Metrics, ShowsCountersWithTheirHelp) {
  Metrics metrics;
  Counter rejected = metrics.counter("pollux_votes_rejected_total", "Rejected votes.", {{"reason", "full"}});
  rejected.add();
  rejected.add(2);
  EXPECT_THAT(metrics.text(), HasSubstr("# HELP pollux_votes_rejected_total Rejected votes.\n"
                                        "# TYPE pollux_votes_rejected_total counter\n"
                                        "pollux_votes_rejected_total{reason=\"full\"} 3\n"));
}

TEST(Metrics, ReturnsTheSameMetricForTheSameName) {
  Metrics metrics;
  metrics.counter("pollux_votes_total", "Votes.").add();
  EXPECT_EQ(metrics.counter("pollux_votes_total", "Votes.").value(), 1);
}

TEST(Metrics, IsExactWithSeveralThreads) {
  Metrics metrics;
  Counter counter = metrics.counter("pollux_votes_total", "Votes.");
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([counter]() mutable {
      for (int n = 0; n < 10'000; ++n) counter.add();
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(counter.value(), 40'000);
}

TEST(Metrics, ShowsHistogramsWithCumulativeBuckets) {
  Metrics metrics;
  Histogram commit = metrics.histogram("pollux_commit_seconds", "Time of a commit.", {0.001, 0.01});
  commit.observe(0.0005);
  commit.observe(0.005);
  commit.observe(5);
  const std::string text = metrics.text();
  EXPECT_THAT(text, HasSubstr("pollux_commit_seconds_bucket{le=\"0.001\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("pollux_commit_seconds_bucket{le=\"0.01\"} 2\n"));
  EXPECT_THAT(text, HasSubstr("pollux_commit_seconds_bucket{le=\"+Inf\"} 3\n"));
  EXPECT_THAT(text, HasSubstr("pollux_commit_seconds_count 3\n"));
}

TEST(Metrics, ObservesAValueManyTimesAtOnce) {
  Metrics metrics;
  Histogram many = metrics.histogram("pollux_many_seconds", "Many.", {0.5, 1, 2});
  Histogram one = metrics.histogram("pollux_one_seconds", "One by one.", {0.5, 1, 2});
  for (const double value : {0.25, 1.0, 1.5, 60.0}) {
    many.observe(value, 3);
    for (int n = 0; n < 3; ++n) one.observe(value);
  }
  many.observe(7, 0);
  std::string text = metrics.text();
  for (const char* line : {"_bucket{le=\"0.5\"} 3\n", "_bucket{le=\"1\"} 6\n", "_bucket{le=\"2\"} 9\n",
                           "_bucket{le=\"+Inf\"} 12\n", "_count 12\n", "_sum 188.25\n"}) {
    EXPECT_THAT(text, HasSubstr(std::string("pollux_many_seconds") + line));
    EXPECT_THAT(text, HasSubstr(std::string("pollux_one_seconds") + line));
  }
}

TEST(Metrics, ShowsConnectionsByState) {
  Metrics metrics;
  std::vector<std::optional<bool>> connections{true, false, std::nullopt, true};
  observe_connections(metrics, "pollux_disk_connections", "Connections.", [&] {
    ConnectionCounts counts;
    for (const auto& connection : connections) counts.add(connection);
    return counts;
  });
  EXPECT_THAT(metrics.text(), HasSubstr("pollux_disk_connections{state=\"connected\"} 2\n"));
  EXPECT_THAT(metrics.text(), HasSubstr("pollux_disk_connections{state=\"disconnected\"} 1\n"));
}

TEST(Metrics, ReadsObservedValuesOnDemand) {
  Metrics metrics;
  double depth = 1;
  metrics.observed_gauge("pollux_queue_entries", "Queued.", {}, [&] { return depth; });
  EXPECT_THAT(metrics.text(), HasSubstr("\npollux_queue_entries 1\n"));
  depth = 7;
  EXPECT_THAT(metrics.text(), HasSubstr("\npollux_queue_entries 7\n"));
}

TEST(Metrics, ShowsSeveralServersAsOneFamily) {
  Metrics metrics;
  http::ServerStatistics vote;
  http::ServerStatistics result;
  vote.rejected = 5;
  result.connections = 2;
  observe_server(metrics, "vote", vote);
  observe_server(metrics, "result", result);
  const std::string text = metrics.text();
  EXPECT_THAT(text, HasSubstr("# TYPE pollux_http_rejected_total counter\n"
                              "pollux_http_rejected_total{listener=\"vote\"} 5\n"
                              "pollux_http_rejected_total{listener=\"result\"} 0\n"));
  EXPECT_THAT(text, HasSubstr("pollux_http_connections{listener=\"result\"} 2\n"));
}

TEST(Metrics, ShowsTheResponsesOfAServerByRouteMethodAndCode) {
  Metrics metrics;
  http::ServerStatistics vote;
  http::ServerStatistics result;
  observe_server(metrics, "vote", vote);
  observe_server(metrics, "result", result);
  http::ThreadStatistics& first = vote.threads.emplace_back();
  http::ThreadStatistics& second = vote.threads.emplace_back();
  first.count({"/", http::Method::post, 200}, std::chrono::microseconds(800));
  second.count({"/", http::Method::post, 200}, std::chrono::seconds(20));
  second.count({}, std::chrono::seconds(1));
  second.loop_lag.add(std::chrono::milliseconds(2));
  const std::string text = metrics.text();
  const std::string family = "pollux_http_request_duration_seconds";
  const std::string labels = R"(code="200",listener="vote",method="POST",route="/")";
  EXPECT_THAT(text, HasSubstr("# TYPE " + family + " histogram\n"));
  EXPECT_THAT(text, HasSubstr("\n" + family + "_count{" + labels + "} 2\n"));
  EXPECT_THAT(text, HasSubstr("\n" + family + "_sum{" + labels + "} 20.0008\n"));
  EXPECT_THAT(text, HasSubstr("\n" + family + "_bucket{" + labels + ",le=\"0.0005\"} 0\n"));
  EXPECT_THAT(text, HasSubstr("\n" + family + "_bucket{" + labels + ",le=\"0.001\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("\n" + family + "_bucket{" + labels + ",le=\"10\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("\n" + family + "_bucket{" + labels + ",le=\"+Inf\"} 2\n"));
  EXPECT_THAT(text, HasSubstr(R"(_count{code="other",listener="vote",method="other",route="none"} 1)"));
  EXPECT_THAT(text, HasSubstr("pollux_event_loop_lag_seconds_sum{listener=\"vote\"} 0.002\n"));
  EXPECT_THAT(text, HasSubstr("pollux_event_loop_lag_seconds_count{listener=\"result\"} 0\n"));
}

TEST(Metrics, ShowsHistogramsThatAreCountedElsewhere) {
  Metrics metrics;
  std::vector<HistogramReading> readings;
  metrics.observed_histograms("pollux_wait_seconds", "Waits.", {0.5, 1}, [&] { return readings; });
  EXPECT_THAT(metrics.text(), HasSubstr("# TYPE pollux_wait_seconds histogram\n"));
  readings.push_back({{{"who", "voter"}}, {1, 0, 2}, 9.5});
  EXPECT_THAT(metrics.text(), HasSubstr("pollux_wait_seconds_count{who=\"voter\"} 3\n"
                                        "pollux_wait_seconds_sum{who=\"voter\"} 9.5\n"
                                        "pollux_wait_seconds_bucket{who=\"voter\",le=\"0.5\"} 1\n"
                                        "pollux_wait_seconds_bucket{who=\"voter\",le=\"1\"} 1\n"
                                        "pollux_wait_seconds_bucket{who=\"voter\",le=\"+Inf\"} 3\n"));
}

TEST(Metrics, RejectsInvalidNames) {
  Metrics metrics;
  EXPECT_THROW(metrics.counter("not a name", ""), std::invalid_argument);
  EXPECT_THROW(metrics.observed_gauge("not a name", "", {}, [] { return 0.0; }), std::invalid_argument);
  metrics.counter("pollux_votes_total", "");
  EXPECT_THROW(metrics.gauge("pollux_votes_total", ""), std::invalid_argument);
}

TEST(Metrics, ShowsTheBuild) {
  Metrics metrics;
  EXPECT_THAT(metrics.text(), HasSubstr("version=\"" + std::string(version()) + "\"} 1\n"));
}

TEST(Metrics, ShowsTheResourcesOfTheProcess) {
  Metrics metrics;
  const std::string text = metrics.text();
  EXPECT_THAT(text, ContainsRegex("\nprocess_resident_memory_bytes [1-9][0-9]{5,}\n"));
  EXPECT_THAT(text, ContainsRegex("\nprocess_virtual_memory_bytes [1-9][0-9]{6,}\n"));
  EXPECT_THAT(text, ContainsRegex("\nprocess_threads [1-9]"));
  EXPECT_THAT(text, ContainsRegex("\nprocess_open_fds [1-9]"));
  EXPECT_THAT(text, ContainsRegex("\nprocess_start_time_seconds [1-9][0-9]{9}"));
  EXPECT_THAT(text, ContainsRegex("\nprocess_cpu_seconds_total [0-9]"));
  EXPECT_THAT(text, Not(HasSubstr("Nan")));
}

}  // namespace

}  // namespace pollux::telemetry
