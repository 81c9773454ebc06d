#include "base/backoff.hpp"

#include <set>

#include <gtest/gtest.h>

namespace pollux {
namespace {

using std::chrono::milliseconds;

TEST(Backoff, DoublesUpToTheLongestWait) {
  Backoff backoff(milliseconds(100), milliseconds(1000), 1);
  for (const int whole : {100, 200, 400, 800, 1000, 1000}) {
    const auto wait = backoff.next();
    EXPECT_GE(wait, milliseconds(whole / 2));
    EXPECT_LE(wait, milliseconds(whole));
  }
  backoff.reset();
  EXPECT_LE(backoff.next(), milliseconds(100));
}

TEST(Backoff, DiffersBetweenClients) {
  std::set<milliseconds> waits;
  for (std::uint32_t seed = 1; seed < 20; ++seed) {
    waits.insert(Backoff(milliseconds(1000), milliseconds(1000), seed).next());
  }
  EXPECT_GT(waits.size(), 10U);
}

}  // namespace
}  // namespace pollux
