#include "bench/company/echo.hpp"

#include <array>

namespace pollux::bench {
namespace {

// A client's frames are short, with a mask of zeros: flags, length, 4 bytes of mask, "42ID[…]". The answers
// are not masked and begin with "43".
void answer(int socket) {
  std::array<char, 4096> bytes;
  std::string incoming;
  for (;;) {
    const auto size = ::recv(socket, bytes.data(), bytes.size(), 0);
    if (size == 0 || (size < 0 && errno != EAGAIN)) return;
    if (size > 0) incoming.append(bytes.data(), static_cast<std::size_t>(size));
    while (incoming.size() >= 6) {
      const std::size_t length = static_cast<unsigned char>(incoming[1]) & 0x7fU;
      if (incoming.size() < 6 + length) break;
      std::string frame{incoming[0], static_cast<char>(length)};
      frame.append(incoming, 6, length);
      frame[3] = '3';
      if (::send(socket, frame.data(), frame.size(), MSG_NOSIGNAL) < 0) return;
      incoming.erase(0, 6 + length);
    }
  }
}

}  // namespace

BareEcho::BareEcho() {
  const Descriptor listener(checked(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket"));
  auto address = loopback(0);
  socklen_t size = sizeof address;
  checked(::bind(listener.get(), reinterpret_cast<const sockaddr*>(&address), size), "bind");
  checked(::listen(listener.get(), 1), "listen");
  checked(::getsockname(listener.get(), reinterpret_cast<sockaddr*>(&address), &size), "getsockname");
  client_ = connect_from(1, ntohs(address.sin_port));
  server_ = Descriptor(checked(::accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC), "accept"));
  thread_ = std::jthread([socket = server_.get()] { answer(socket); });
}

BareEcho::~BareEcho() {
  ::shutdown(server_.get(), SHUT_RDWR);
}

}  // namespace pollux::bench
