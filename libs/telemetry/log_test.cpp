#include "telemetry/log.hpp"

#include <limits>
#include <regex>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include <boost/json.hpp>
#include <gtest/gtest.h>

namespace pollux::telemetry {
namespace {

class LogTest : public testing::Test {
 protected:
  std::vector<boost::json::object> lines() const {
    std::vector<boost::json::object> objects;
    std::istringstream in(out_.str());
    for (std::string line; std::getline(in, line);) objects.push_back(boost::json::parse(line).as_object());
    return objects;
  }

  std::ostringstream out_;
  Log log_{LogLevel::info, out_};
};

TEST_F(LogTest, WritesOneObjectPerLine) {
  log_.info("Listening.", {{"listener", "vote"},
                           {"port", 8080},
                           {"ready", true},
                           {"delay_seconds", std::chrono::milliseconds(1500)}});
  ASSERT_EQ(lines().size(), 1U);
  const auto line = lines()[0];
  EXPECT_EQ(line.at("level"), "info");
  EXPECT_EQ(line.at("message"), "Listening.");
  EXPECT_EQ(line.at("listener"), "vote");
  EXPECT_EQ(line.at("port"), 8080);
  EXPECT_EQ(line.at("ready"), true);
  EXPECT_EQ(line.at("delay_seconds"), 1.5);
}

TEST_F(LogTest, HasTimestampsInUtcWithMilliseconds) {
  log_.info("x");
  const std::regex rfc3339(R"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)");
  EXPECT_TRUE(std::regex_match(std::string(lines()[0].at("time").as_string()), rfc3339)) << out_.str();
}

TEST_F(LogTest, OmitsLinesBelowItsLevel) {
  log_.debug("x");
  EXPECT_EQ(out_.str(), "");
  log_.warning("y");
  log_.error("z");
  EXPECT_EQ(lines()[0].at("level"), "warning");
  EXPECT_EQ(lines()[1].at("level"), "error");
}

TEST_F(LogTest, EscapesText) {
  const std::string hostile = "x\n{\"level\":\"error\"}\r\"}, %v {} \xFF";
  log_.info(hostile, {{"path", hostile}});
  ASSERT_EQ(lines().size(), 1U);
  EXPECT_EQ(lines()[0].at("path"), "x\n{\"level\":\"error\"}\r\"}, %v {} \xEF\xBF\xBD");
}

TEST_F(LogTest, LimitsTheLengthOfText) {
  log_.info("x", {{"body", std::string(1'000'000, 'a')}});
  EXPECT_LT(out_.str().size(), Log::max_text_bytes + 200);
}

TEST_F(LogTest, WritesInfinityAndNanAsNull) {
  log_.info("x", {{"ratio", std::numeric_limits<double>::quiet_NaN()}});
  EXPECT_TRUE(lines()[0].at("ratio").is_null());
}

TEST_F(LogTest, LeavesOutAFieldWithoutAValue) {
  log_.info("x", {{"request_id", std::nullopt}, {"reason", if_not_empty("")}, {"poll", if_not_empty("a")}});
  EXPECT_EQ(lines()[0].count("request_id"), 0U);
  EXPECT_EQ(lines()[0].count("reason"), 0U);
  EXPECT_EQ(lines()[0].at("poll"), "a");
}

TEST_F(LogTest, CountsTheLinesThatItWrites) {
  log_.debug("below the level");
  log_.error("x");
  for (int i = 0; i < 3; ++i) log_.repeated_warning("y");
  EXPECT_EQ(log_.lines(LogLevel::debug), 0U);
  EXPECT_EQ(log_.lines(LogLevel::error), 1U);
  EXPECT_EQ(log_.lines(LogLevel::warning), 1U);
}

TEST_F(LogTest, LogsARepeatedWarningOnce) {
  for (int i = 0; i < 1000; ++i) log_.repeated_warning("The client sent nonsense.", {{"bytes", i}});
  log_.repeated_warning("Something else.");
  EXPECT_EQ(lines().size(), 2U);
}

TEST_F(LogTest, DoesNotMixLinesOfSeveralThreads) {
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([this] {
      for (int n = 0; n < 250; ++n) log_.info("A line of some length, so that it could be torn.", {{"n", n}});
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(lines().size(), 1000U);
}

using std::chrono::seconds;

class RepeatLimitTest : public testing::Test {
 protected:
  RepeatLimit limit_{seconds(10)};
  RepeatLimit::Clock::time_point now_{seconds(1000)};
};

TEST_F(RepeatLimitTest, AdmitsOncePerPeriodAndCountsTheRest) {
  EXPECT_EQ(limit_.admit("a", now_), 0U);
  EXPECT_EQ(limit_.admit("a", now_), std::nullopt);
  EXPECT_EQ(limit_.admit("a", now_ + seconds(9)), std::nullopt);
  EXPECT_EQ(limit_.admit("a", now_ + seconds(10)), 2U);
  EXPECT_EQ(limit_.admit("a", now_ + seconds(20)), 0U);
}

TEST_F(RepeatLimitTest, KeepsKeysApart) {
  EXPECT_EQ(limit_.admit("a", now_), 0U);
  EXPECT_EQ(limit_.admit("b", now_), 0U);
}

TEST_F(RepeatLimitTest, SharesOneKeyBeyondItsLimit) {
  for (std::size_t i = 0; i < RepeatLimit::max_keys; ++i) limit_.admit(std::to_string(i), now_);
  EXPECT_EQ(limit_.admit("one more", now_), 0U);
  EXPECT_EQ(limit_.admit("another", now_), std::nullopt);
  EXPECT_EQ(limit_.admit("0", now_), std::nullopt) << "a known key keeps its own history";
}

}  // namespace

}  // namespace pollux::telemetry
