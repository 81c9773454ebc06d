#include "bench/viewers/reference.hpp"

#include <array>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <optional>
#include <stdexcept>
#include <utility>
#include <vector>

#include <sys/prctl.h>
#include <sys/wait.h>

#include "bench/viewers/audience.hpp"

namespace pollux::bench {
namespace {

std::optional<std::string> receive_order(int orders) {
  std::array<char, 64 * 1024> order;
  const auto size = checked(::recv(orders, order.data(), order.size(), 0), "recv");
  if (size == 0) return std::nullopt;
  return std::string(order.data(), static_cast<std::size_t>(size));
}

void broadcast(int listener, int orders, std::size_t connections) {
  std::vector<Descriptor> clients;
  while (clients.size() < connections) {
    clients.emplace_back(checked(::accept4(listener, nullptr, nullptr, SOCK_NONBLOCK), "accept"));
    set_no_delay(clients.back().get());
  }
  while (const auto frame = receive_order(orders)) {
    for (const auto& client : clients) send_all(client.get(), *frame);
  }
}

struct Listener {
  Descriptor socket;
  std::uint16_t port = 0;
};

Listener listen_anywhere() {
  Descriptor socket(checked(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket"));
  auto address = loopback(0);
  socklen_t size = sizeof address;
  checked(::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), size), "bind");
  checked(::listen(socket.get(), 4096), "listen");
  checked(::getsockname(socket.get(), reinterpret_cast<sockaddr*>(&address), &size), "getsockname");
  return {std::move(socket), ntohs(address.sin_port)};
}

// In the receiver's process, which forks the sender.
void receive_broadcasts(int orders, std::size_t connections, std::size_t addresses) {
  const Listener listener = listen_anywhere();
  const OrderedChild sender([&](int frames) { broadcast(listener.socket.get(), frames, connections); });
  Audience audience(listener.port, Audience::Speaks::nothing);
  while (const auto frame = receive_order(orders)) {
    audience.grow_to(connections, addresses, "connections of the reference");
    audience.expect_event();
    send_all(sender.orders(), *frame);
    const std::chrono::nanoseconds time = audience.receive_one_each().first_to_last;
    send_all(orders, std::to_string(time.count()));
  }
}

}  // namespace

OrderedChild::OrderedChild(const std::function<void(int)>& serve) {
  std::array<int, 2> ends;
  checked(::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()), "socketpair");
  process_ = checked(::fork(), "fork");
  if (process_ == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    ::close(ends[0]);
    try {
      serve(ends[1]);
    } catch (const std::exception& error) {
      std::fprintf(stderr, "The reference: %s\n", error.what());
      ::_exit(1);
    }
    ::_exit(0);
  }
  ::close(ends[1]);
  orders_ = Descriptor(ends[0]);
}

OrderedChild::~OrderedChild() {
  ::kill(process_, SIGKILL);  // it may wait for connections that do not come
  ::waitpid(process_, nullptr, 0);
}

Reference::Reference(std::size_t connections, std::size_t addresses)
    : receiver_([=](int orders) { receive_broadcasts(orders, connections, addresses); }) {}

std::chrono::nanoseconds Reference::round(const std::string& frame) const {
  send_all(receiver_.orders(), frame);
  const auto nanoseconds = receive_order(receiver_.orders());
  if (!nanoseconds) throw std::runtime_error("The reference has ended.");
  return std::chrono::nanoseconds(std::stoll(*nanoseconds));
}

}  // namespace pollux::bench
