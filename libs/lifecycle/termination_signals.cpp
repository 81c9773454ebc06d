#include "lifecycle/termination_signals.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <system_error>

#include <poll.h>
#include <sys/signalfd.h>
#include <unistd.h>

namespace pollux::lifecycle {
namespace {

sigset_t termination_set() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGINT);
  return set;
}

[[noreturn]] void fail(const char* what) {
  throw std::system_error(errno, std::generic_category(), what);
}

}  // namespace

TerminationSignals::TerminationSignals() : descriptor_(-1) {
  const sigset_t set = termination_set();
  if (::pthread_sigmask(SIG_BLOCK, &set, nullptr) != 0) fail("pthread_sigmask");
  if (::signal(SIGPIPE, SIG_IGN) == SIG_ERR) fail("signal");
  descriptor_ = ::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
  if (descriptor_ < 0) fail("signalfd");
}

TerminationSignals::~TerminationSignals() {
  ::close(descriptor_);
}

void TerminationSignals::release() {
  const sigset_t set = termination_set();
  if (::pthread_sigmask(SIG_UNBLOCK, &set, nullptr) != 0) fail("pthread_sigmask");
}

std::string_view TerminationSignals::wait() {
  for (;;) {
    if (const auto signal = wait_for(std::chrono::milliseconds(-1), -1)) return *signal;
  }
}

std::optional<std::string_view> TerminationSignals::wait_for(std::chrono::milliseconds time, int wake) {
  std::array<pollfd, 2> waiting{pollfd{descriptor_, POLLIN, 0}, pollfd{wake, POLLIN, 0}};
  if (::poll(waiting.data(), waiting.size(), static_cast<int>(time.count())) < 0 && errno != EINTR)
    fail("poll");
  signalfd_siginfo signal{};
  if (::read(descriptor_, &signal, sizeof signal) != sizeof signal) return std::nullopt;
  return signal.ssi_signo == SIGINT ? "SIGINT" : "SIGTERM";
}

}  // namespace pollux::lifecycle
