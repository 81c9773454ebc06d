#include "result/after_io_threads.hpp"

#include <atomic>
#include <cstddef>
#include <memory>
#include <utility>

#include <boost/asio/post.hpp>

namespace pollux::result {
namespace {

struct Round {
  std::atomic<std::size_t> threads_left;
  std::function<void()> done;
};

}  // namespace

void after_io_threads(IoThreads& threads, std::function<void()> done) {
  const auto round = std::make_shared<Round>(threads.size(), std::move(done));
  for (std::size_t i = 0; i < threads.size(); ++i) {
    boost::asio::post(threads.context(i), [round] {
      if (--round->threads_left == 0) round->done();
    });
  }
}

}  // namespace pollux::result
