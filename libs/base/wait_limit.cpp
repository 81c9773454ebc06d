#include "base/wait_limit.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <limits>
#include <system_error>

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

namespace pollux {
namespace {

// Rounded up, or poll() would return just before the deadline, repeatedly.
int milliseconds_until(std::chrono::steady_clock::time_point deadline) {
  const auto left =
      std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now()).count();
  return static_cast<int>(std::clamp<std::int64_t>(left, 0, std::numeric_limits<int>::max()));
}

}  // namespace

Interrupt::Interrupt() : descriptor_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  if (descriptor_ < 0) throw std::system_error(errno, std::generic_category(), "eventfd");
}

Interrupt::~Interrupt() {
  ::close(descriptor_);
}

void Interrupt::raise() {
  const std::uint64_t one = 1;
  (void)!::write(descriptor_, &one, sizeof one);  // fails only after 2^64 raises
}

void Interrupt::clear() {
  std::uint64_t raised = 0;
  (void)!::read(descriptor_, &raised, sizeof raised);  // fails only if it is not raised
}

bool Interrupt::raised() const {
  pollfd entry{.fd = descriptor_, .events = POLLIN, .revents = 0};
  return ::poll(&entry, 1, 0) == 1;
}

Wake wait_for(int descriptor, short events, const WaitLimit& limit) {
  pollfd entries[2] = {{.fd = descriptor, .events = events, .revents = 0},
                       {.fd = limit.interrupt, .events = POLLIN, .revents = 0}};
  for (;;) {
    const int ready = ::poll(entries, 2, milliseconds_until(limit.deadline));
    if (ready > 0) return entries[1].revents != 0 ? Wake::interrupt : Wake::ready;
    if (ready < 0 && errno != EINTR) throw std::system_error(errno, std::generic_category(), "poll");
    if (ready == 0 || std::chrono::steady_clock::now() >= limit.deadline) return Wake::deadline;
  }
}

}  // namespace pollux
