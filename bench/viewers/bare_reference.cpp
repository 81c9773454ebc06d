#include "bench/viewers/bare_reference.hpp"

#include <array>
#include <cstdio>
#include <exception>

#include <sys/wait.h>

#include "bench/viewers/audience.hpp"
#include "bench/viewers/bare_sender.hpp"

namespace pollux::bench {
namespace {

// The child's story.
void serve(int orders, std::size_t connections, std::size_t addresses) {
  BareSender sender(connections);
  Audience audience(sender.port(), Audience::Speaks::nothing);
  std::array<char, 64 * 1024> order;
  for (;;) {
    const auto size = checked(::recv(orders, order.data(), order.size(), 0), "recv");
    if (size == 0) return;
    audience.grow_to(connections, addresses, "connections of the reference");
    audience.expect_event();
    sender.send(std::string(order.data(), static_cast<std::size_t>(size)));
    const std::chrono::nanoseconds time = audience.receive_one_each().first_to_last;
    send_all(orders, std::to_string(time.count()));
  }
}

}  // namespace

BareReference::BareReference(std::size_t connections, std::size_t addresses) {
  std::array<int, 2> ends;
  checked(::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()), "socketpair");
  process_ = checked(::fork(), "fork");
  if (process_ == 0) {
    ::close(ends[0]);
    try {
      serve(ends[1], connections, addresses);
    } catch (const std::exception& error) {
      std::fprintf(stderr, "The reference: %s\n", error.what());
      ::_exit(1);
    }
    ::_exit(0);
  }
  ::close(ends[1]);
  orders_ = Descriptor(ends[0]);
}

// The child ends where no more orders can come.
BareReference::~BareReference() {
  orders_ = Descriptor();
  ::waitpid(process_, nullptr, 0);
}

std::chrono::nanoseconds BareReference::round(const std::string& frame) const {
  send_all(orders_.get(), frame);
  std::array<char, 32> answer;
  const auto size = checked(::recv(orders_.get(), answer.data(), answer.size(), 0), "recv");
  if (size == 0) throw std::runtime_error("The reference has ended.");
  return std::chrono::nanoseconds(std::stoll(std::string(answer.data(), static_cast<std::size_t>(size))));
}

}  // namespace pollux::bench
