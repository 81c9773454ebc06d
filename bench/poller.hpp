#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <span>

#include <sys/epoll.h>

namespace pollux::bench {

// Which of many descriptors have something to read. One thread.
class Poller {
 public:
  Poller();  // throws std::system_error, as do the others
  ~Poller();
  Poller(const Poller&) = delete;
  Poller& operator=(const Poller&) = delete;

  void watch(int descriptor, std::size_t number);

  // The numbers of those that are ready, at least one unless the time is over. Valid until the next call.
  std::span<const std::size_t> wait(std::chrono::nanoseconds time);

 private:
  int epoll_;
  std::array<epoll_event, 256> events_;
  std::array<std::size_t, 256> ready_;
};

}  // namespace pollux::bench
