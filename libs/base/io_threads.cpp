#include "base/io_threads.hpp"

#include <stdexcept>

// The functions of Asio that are no templates, for all programs (BOOST_ASIO_SEPARATE_COMPILATION).
#include <boost/asio/impl/src.hpp>

namespace pollux {
namespace {

// The object and index of this thread. Faster than asking each io_context, which matters for each vote.
struct Place {
  const IoThreads* threads = nullptr;
  std::size_t index = 0;
};
thread_local Place place;

}  // namespace

IoThreads::IoThreads(std::size_t count) {
  if (count < 1 || count > 256) throw std::invalid_argument("IoThreads: the number of threads is 1 to 256.");
  for (std::size_t i = 0; i < count; ++i) workers_.push_back(std::make_unique<Worker>());
}

// Handlers queued on one context may own a socket or timer of another.
IoThreads::~IoThreads() {
  stop();
  for (auto& worker : workers_) worker->context.shutdown();
}

void IoThreads::start() {
  for (std::size_t i = 0; i < size(); ++i) {
    threads_.emplace_back([this, i] {
      place = {this, i};
      workers_[i]->context.run();
    });
  }
}

std::optional<std::size_t> IoThreads::current() const {
  if (place.threads != this) return std::nullopt;
  return place.index;
}

void IoThreads::stop() {
  for (auto& worker : workers_) worker->context.stop();
  for (auto& thread : threads_) thread.join();
  threads_.clear();
}

}  // namespace pollux
