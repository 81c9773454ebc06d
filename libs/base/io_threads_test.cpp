#include "base/io_threads.hpp"

#include <future>
#include <memory>
#include <optional>
#include <set>
#include <stdexcept>
#include <utility>

#include <boost/asio/post.hpp>
#include <gtest/gtest.h>

namespace pollux {
namespace {

TEST(IoThreads, RunsEachContextOnAThreadOfItsOwn) {
  IoThreads threads(3);
  threads.start();
  std::set<std::thread::id> ids;
  for (std::size_t i = 0; i < threads.size(); ++i) {
    std::promise<std::thread::id> id;
    boost::asio::post(threads.context(i), [&id] { id.set_value(std::this_thread::get_id()); });
    ids.insert(id.get_future().get());
  }
  EXPECT_EQ(ids.size(), 3U);
  EXPECT_EQ(ids.count(std::this_thread::get_id()), 0U);
}

TEST(IoThreads, KnowsTheContextOfTheCallingThread) {
  IoThreads threads(2);
  IoThreads others(1);
  EXPECT_FALSE(threads.running());
  threads.start();
  EXPECT_TRUE(threads.running());
  for (std::size_t i = 0; i < threads.size(); ++i) {
    std::promise<std::pair<std::optional<std::size_t>, std::optional<std::size_t>>> current;
    boost::asio::post(threads.context(i), [&] { current.set_value({threads.current(), others.current()}); });
    const auto [own, foreign] = current.get_future().get();
    EXPECT_EQ(own, i);
    EXPECT_EQ(foreign, std::nullopt);
  }
  EXPECT_EQ(threads.current(), std::nullopt);
  threads.stop();
  EXPECT_FALSE(threads.running());
}

TEST(IoThreads, RunsNothingAfterStop) {
  IoThreads threads(1);
  threads.start();
  threads.stop();
  bool ran = false;
  boost::asio::post(threads.context(0), [&ran] { ran = true; });
  EXPECT_FALSE(ran);
}

// Detects the destruction of its context, which destroys all sockets and timers of the context.
class Witness : public boost::asio::execution_context::service {
 public:
  using key_type = Witness;
  static inline boost::asio::execution_context::id id;

  explicit Witness(boost::asio::execution_context& context) : service(context) {}
  ~Witness() override {
    if (is_gone) *is_gone = true;
  }

  std::shared_ptr<bool> is_gone;

 private:
  void shutdown() override {}
};

TEST(IoThreads, KeepsEveryContextUntilAllQueuedHandlersAreDestroyed) {
  const auto is_gone = std::make_shared<bool>(false);
  bool was_gone = true;
  {
    IoThreads threads(2);
    boost::asio::use_service<Witness>(threads.context(0)).is_gone = is_gone;
    const std::shared_ptr<void> queued(nullptr, [&](void*) { was_gone = *is_gone; });
    boost::asio::post(threads.context(1), [queued] {});
  }
  EXPECT_TRUE(*is_gone);
  EXPECT_FALSE(was_gone);
}

TEST(IoThreads, RejectsAnInvalidNumberOfThreads) {
  EXPECT_THROW(IoThreads(0), std::invalid_argument);
  EXPECT_THROW(IoThreads(257), std::invalid_argument);
}

}  // namespace
}  // namespace pollux
