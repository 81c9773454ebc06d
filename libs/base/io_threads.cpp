#include "base/io_threads.hpp"

#include <stdexcept>

namespace pollux {

IoThreads::IoThreads(std::size_t count) {
  if (count < 1 || count > 256) throw std::invalid_argument("IoThreads: the number of threads is 1 to 256.");
  for (std::size_t i = 0; i < count; ++i) lanes_.push_back(std::make_unique<Lane>());
}

IoThreads::~IoThreads() {
  stop();
}

void IoThreads::start() {
  for (auto& lane : lanes_) threads_.emplace_back([&context = lane->context] { context.run(); });
}

void IoThreads::stop() {
  for (auto& lane : lanes_) lane->context.stop();
  for (auto& thread : threads_) thread.join();
  threads_.clear();
}

}  // namespace pollux
