#include "tracing/span_queue.hpp"

#include <chrono>
#include <string>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace pollux::tracing {
namespace {

using testing::SizeIs;
using namespace std::chrono_literals;

SpanData unsampled(const std::string& name) {
  SpanData span;
  span.name = name;
  return span;
}

TEST(SpanQueue, GivesBatchesInOrder) {
  SpanQueue queue(10, 2);
  for (const char* const name : {"a", "b", "c"}) queue.add(unsampled(name));
  const auto first = queue.take(1h);
  ASSERT_THAT(first, SizeIs(2));
  EXPECT_EQ(first[0].name, "a");
  EXPECT_EQ(first[1].name, "b");
  const auto second = queue.take(0ms);
  ASSERT_THAT(second, SizeIs(1));
  EXPECT_EQ(second[0].name, "c");
  EXPECT_THAT(queue.take(0ms), SizeIs(0));
}

TEST(SpanQueue, ABatchEndsTheWait) {
  SpanQueue queue(10, 2);
  std::thread producer([&] {
    queue.add(unsampled("a"));
    queue.add(unsampled("b"));
  });
  EXPECT_THAT(queue.take(1h), SizeIs(2));
  producer.join();
}

TEST(SpanQueue, DropsAndCountsWhatDoesNotFit) {
  SpanQueue queue(3, 2);
  for (int i = 0; i < 5; ++i) queue.add(unsampled("span"));
  EXPECT_EQ(queue.size(), 3U);
  EXPECT_EQ(queue.statistics().dropped_queue_full, 2U);
  (void)queue.take(0ms);
  queue.add(unsampled("span"));
  EXPECT_EQ(queue.size(), 2U);
}

TEST(SpanQueue, AfterItIsClosedGivesWhatIsLeftWithoutWaiting) {
  SpanQueue queue(10, 5);
  queue.add(unsampled("a"));
  std::thread owner([&] { queue.close(); });
  EXPECT_THAT(queue.take(1h), SizeIs(1));
  owner.join();
  EXPECT_THAT(queue.take(1h), SizeIs(0));
  queue.add(unsampled("b"));
  EXPECT_EQ(queue.size(), 0U);
  EXPECT_EQ(queue.statistics().dropped_export_failed, 1U);
}

}  // namespace
}  // namespace pollux::tracing
