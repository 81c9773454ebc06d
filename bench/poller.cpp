#include "bench/poller.hpp"

#include <algorithm>
#include <cerrno>
#include <ctime>
#include <system_error>

#include <unistd.h>

namespace pollux::bench {

Poller::Poller() : epoll_(::epoll_create1(EPOLL_CLOEXEC)) {
  if (epoll_ < 0) throw std::system_error(errno, std::generic_category(), "epoll_create1");
}

Poller::~Poller() {
  ::close(epoll_);
}

void Poller::watch(int descriptor, std::size_t number) {
  epoll_event event{.events = EPOLLIN, .data = {.u64 = number}};
  if (::epoll_ctl(epoll_, EPOLL_CTL_ADD, descriptor, &event) != 0) {
    throw std::system_error(errno, std::generic_category(), "epoll_ctl");
  }
}

std::span<const std::size_t> Poller::wait(std::chrono::nanoseconds time) {
  const auto left = std::max(time, std::chrono::nanoseconds(0));
  const timespec limit{.tv_sec = left.count() / 1'000'000'000, .tv_nsec = left.count() % 1'000'000'000};
  int ready = -1;
  do {
    ready = ::epoll_pwait2(epoll_, events_.data(), static_cast<int>(events_.size()), &limit, nullptr);
  } while (ready < 0 && errno == EINTR);
  if (ready < 0) throw std::system_error(errno, std::generic_category(), "epoll_pwait2");
  const auto count = static_cast<std::size_t>(ready);
  for (std::size_t i = 0; i < count; ++i) ready_[i] = events_[i].data.u64;
  return std::span(ready_).first(count);
}

}  // namespace pollux::bench
