#include "seed-data/outcomes.hpp"

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

#include <gtest/gtest.h>

namespace pollux::seed {
namespace {

using namespace std::chrono_literals;
using std::chrono::microseconds;

TEST(LatencyHistogram, IsZeroIfNothingWasRecorded) {
  const LatencyHistogram none;
  EXPECT_EQ(none.count(), 0U);
  EXPECT_EQ(none.at(0.5), 0us);
  EXPECT_EQ(none.max(), 0us);
}

TEST(LatencyHistogram, IsExactUpToAHundredMicroseconds) {
  LatencyHistogram histogram;
  for (int i = 1; i <= 100; ++i) histogram.record(microseconds(i));
  EXPECT_EQ(histogram.at(0.5), 50us);
  EXPECT_EQ(histogram.at(0.99), 99us);
  EXPECT_EQ(histogram.at(1), 100us);
  EXPECT_EQ(histogram.max(), 100us);
}

TEST(LatencyHistogram, FindsOneSlowAmongManyFast) {
  LatencyHistogram histogram;
  for (int i = 0; i < 9990; ++i) histogram.record(1ms);
  for (int i = 0; i < 10; ++i) histogram.record(2s);
  EXPECT_LT(histogram.at(0.999), 1010us);
  EXPECT_EQ(histogram.at(0.9991), 2s);
  EXPECT_EQ(histogram.max(), 2s);
}

TEST(LatencyHistogram, IsAtMostOnePercentTooHighAndNeverTooLow) {
  std::mt19937_64 random(7);  // NOLINT(cert-msc51-cpp): the same numbers each time
  std::lognormal_distribution<double> latencies(8, 3);
  std::vector<std::int64_t> truth;
  LatencyHistogram histogram;
  for (int i = 0; i < 20'000; ++i) {
    truth.push_back(std::min(static_cast<std::int64_t>(latencies(random)), std::int64_t{3'600'000'000}));
    histogram.record(microseconds(truth.back()));
  }
  std::ranges::sort(truth);
  for (const double share : {0.001, 0.1, 0.5, 0.9, 0.99, 0.999, 1.0}) {
    const auto rank = static_cast<std::size_t>(std::ceil(share * 20'000)) - 1;
    EXPECT_GE(histogram.at(share).count(), truth[rank]) << share;
    EXPECT_LE(static_cast<double>(histogram.at(share).count()), static_cast<double>(truth[rank]) * 1.01)
        << share;
  }
}

TEST(LatencyHistogram, ClampsValuesToItsRange) {
  LatencyHistogram histogram;
  histogram.record(-5ms);
  histogram.record(100h);
  histogram.record(1ns);
  EXPECT_EQ(histogram.at(0.1), 0us);
  EXPECT_EQ(histogram.at(0.6), 1us);
  EXPECT_EQ(histogram.max(), 1h);
}

TEST(LatencyHistogram, AddsAnotherHistogram) {
  LatencyHistogram one;
  LatencyHistogram other;
  one.record(10us);
  other.record(30us);
  other.record(20us);
  one.add(other);
  EXPECT_EQ(one.count(), 3U);
  EXPECT_EQ(one.at(0.5), 20us);
  EXPECT_EQ(one.max(), 30us);
}

}  // namespace

}  // namespace pollux::seed
