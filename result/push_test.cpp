#include "result/push.hpp"

#include <atomic>
#include <chrono>
#include <future>
#include <memory>

#include <boost/asio/post.hpp>
#include <gtest/gtest.h>

namespace pollux::result {
namespace {

using namespace std::chrono_literals;

TEST(AfterIoThreads, CallsBackOnceAfterEarlierWorkOfEveryThread) {
  constexpr int work_per_thread = 100;
  IoThreads threads(4);
  std::atomic<int> worked{0};
  std::promise<int> worked_before;
  for (std::size_t i = 0; i < threads.size(); ++i) {
    for (int work = 0; work < work_per_thread; ++work)
      boost::asio::post(threads.context(i), [&] { ++worked; });
  }
  after_io_threads(threads, [&] { worked_before.set_value(worked); });  // a second call would throw
  threads.start();

  auto result = worked_before.get_future();
  ASSERT_EQ(result.wait_for(10s), std::future_status::ready);
  EXPECT_EQ(result.get(), 4 * work_per_thread);
  threads.stop();
}

TEST(AfterIoThreads, IsDestroyedWithStoppedThreads) {
  auto held = std::make_shared<int>();
  const std::weak_ptr<int> watched = held;
  {
    IoThreads threads(2);
    after_io_threads(threads, [held = std::move(held)] { FAIL() << "The threads never ran."; });
  }
  EXPECT_TRUE(watched.expired());
}

}  // namespace
}  // namespace pollux::result
