#include "telemetry/readiness.hpp"

#include <gtest/gtest.h>

namespace pollux::telemetry {
namespace {

TEST(Readiness, IsReadyWhenAllChecksPass) {
  Readiness readiness;
  readiness.add("store", [] { return Result<void>(); });
  EXPECT_TRUE(readiness.report().ready);
  EXPECT_EQ(readiness.report().text, "ready\nstore: ok\n");
}

TEST(Readiness, NamesTheCheckThatFails) {
  Readiness readiness;
  readiness.add("queue", [] { return Result<void>(); });
  readiness.add("store", []() -> Result<void> { return unavailable("The disk is full."); });
  EXPECT_FALSE(readiness.report().ready);
  EXPECT_EQ(readiness.report().text, "not ready\nqueue: ok\nstore: The disk is full.\n");
}

TEST(Readiness, IsNeverReadyAgainOnceItDrains) {
  Readiness readiness;
  readiness.add("store", [] { return Result<void>(); });
  readiness.drain();
  EXPECT_FALSE(readiness.report().ready);
  EXPECT_EQ(readiness.report().text, "not ready\ndrain: The service is about to stop.\nstore: ok\n");
}

}  // namespace
}  // namespace pollux::telemetry
