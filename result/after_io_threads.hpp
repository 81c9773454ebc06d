// A word when every io thread has got through what it was given.
#pragma once

#include <functional>

#include "base/io_threads.hpp"

namespace pollux::result {

// Calls `done` once, on one of the io threads, when each of them has done what was posted to it before this
// call. Where the threads stop before, `done` is destroyed without a call. Any thread.
void after_io_threads(IoThreads& threads, std::function<void()> done);

}  // namespace pollux::result
