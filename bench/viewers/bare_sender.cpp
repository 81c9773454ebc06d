#include "bench/viewers/bare_sender.hpp"

#include <array>
#include <exception>
#include <vector>

#include <netinet/tcp.h>
#include <sys/wait.h>

namespace pollux::bench {
namespace {

// The child's story: accepts, then sends whatever comes as one order to everybody.
void serve(int listener, int orders, std::size_t connections) {
  std::vector<Descriptor> clients;
  while (clients.size() < connections) {
    clients.emplace_back(checked(::accept4(listener, nullptr, nullptr, SOCK_NONBLOCK), "accept"));
    const int on = 1;
    checked(::setsockopt(clients.back().get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on), "setsockopt");
  }
  std::array<char, 64 * 1024> frame;
  for (;;) {
    const auto size = ::recv(orders, frame.data(), frame.size(), 0);
    if (size <= 0) return;
    for (const auto& client : clients) {
      const auto sent = ::send(client.get(), frame.data(), static_cast<std::size_t>(size), MSG_NOSIGNAL);
      if (sent != size) throw std::runtime_error("The bare sender could not send.");
    }
  }
}

}  // namespace

BareSender::BareSender(std::size_t connections) {
  const Descriptor listener(checked(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket"));
  auto address = loopback(0);
  socklen_t size = sizeof address;
  checked(::bind(listener.get(), reinterpret_cast<const sockaddr*>(&address), size), "bind");
  checked(::listen(listener.get(), 4096), "listen");
  checked(::getsockname(listener.get(), reinterpret_cast<sockaddr*>(&address), &size), "getsockname");
  port_ = ntohs(address.sin_port);

  std::array<int, 2> ends;
  checked(::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()), "socketpair");
  process_ = checked(::fork(), "fork");
  if (process_ == 0) {
    ::close(ends[0]);
    try {
      serve(listener.get(), ends[1], connections);
    } catch (const std::exception&) {
      ::_exit(1);
    }
    ::_exit(0);
  }
  ::close(ends[1]);
  orders_ = Descriptor(ends[0]);
}

// The child ends where no more orders can come.
BareSender::~BareSender() {
  orders_ = Descriptor();
  ::waitpid(process_, nullptr, 0);
}

void BareSender::send(const std::string& frame) {
  send_all(orders_.get(), frame);
}

}  // namespace pollux::bench
