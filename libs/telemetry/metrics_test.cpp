#include "telemetry/metrics.hpp"

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
  Counter refused = metrics.counter("pollux_votes_refused_total", "Votes refused.", {{"reason", "full"}});
  refused.add();
  refused.add(2);
  EXPECT_THAT(metrics.text(), HasSubstr("# HELP pollux_votes_refused_total Votes refused.\n"
                                        "# TYPE pollux_votes_refused_total counter\n"
                                        "pollux_votes_refused_total{reason=\"full\"} 3\n"));
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
  vote.requests = 5;
  result.connections = 2;
  observe_server(metrics, "vote", vote);
  observe_server(metrics, "result", result);
  const std::string text = metrics.text();
  EXPECT_THAT(text, HasSubstr("# TYPE pollux_http_requests_total counter\n"
                              "pollux_http_requests_total{listener=\"vote\"} 5\n"
                              "pollux_http_requests_total{listener=\"result\"} 0\n"));
  EXPECT_THAT(text, HasSubstr("pollux_http_connections{listener=\"result\"} 2\n"));
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
  EXPECT_THAT(text, ContainsRegex("\nprocess_open_fds [1-9]"));
  EXPECT_THAT(text, ContainsRegex("\nprocess_start_time_seconds [1-9][0-9]{9}"));
  EXPECT_THAT(text, ContainsRegex("\nprocess_cpu_seconds_total [0-9]"));
  EXPECT_THAT(text, Not(HasSubstr("Nan")));
}

}  // namespace

}  // namespace pollux::telemetry
