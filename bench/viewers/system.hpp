// What the operating system gives us, with its errors as exceptions: a bench ends where it cannot measure.
#pragma once

#include <cerrno>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <system_error>
#include <utility>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

namespace pollux::bench {

template <class T>
T checked(T result, const char* what) {
  if (result < 0) throw std::system_error(errno, std::generic_category(), what);
  return result;
}

class Descriptor {
 public:
  explicit Descriptor(int number = -1) : number_(number) {}
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    if (number_ >= 0) ::close(number_);
    number_ = std::exchange(other.number_, -1);
    return *this;
  }
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  int get() const { return number_; }

 private:
  int number_;
};

inline sockaddr_in loopback(std::uint16_t port, std::uint32_t host = 1) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl((127U << 24) + host);
  return address;
}

// A connection to a port of 127.0.0.1 from 127.0.0.`host`. Each address has ports of its own, so that many
// connections do not use them up. `segment_bytes`: the most that the other end may put into a segment; it
// also keeps little in its kernel then. 0: as the kernel likes.
inline Descriptor connect_from(std::uint32_t host, std::uint16_t port, int segment_bytes = 0) {
  Descriptor socket(checked(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket"));
  const int on = 1;
  checked(::setsockopt(socket.get(), IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on), "setsockopt");
  const timeval deadline{.tv_sec = 20, .tv_usec = 0};
  checked(::setsockopt(socket.get(), SOL_SOCKET, SO_RCVTIMEO, &deadline, sizeof deadline), "setsockopt");
  if (segment_bytes > 0) {
    checked(::setsockopt(socket.get(), IPPROTO_TCP, TCP_MAXSEG, &segment_bytes, sizeof segment_bytes),
            "setsockopt");
  }
  const auto from = loopback(0, host);
  const auto to = loopback(port);
  checked(::bind(socket.get(), reinterpret_cast<const sockaddr*>(&from), sizeof from), "bind");
  checked(::connect(socket.get(), reinterpret_cast<const sockaddr*>(&to), sizeof to), "connect");
  return socket;
}

inline void send_all(int socket, const std::string& bytes) {
  const auto sent = checked(::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL), "send");
  if (static_cast<std::size_t>(sent) < bytes.size()) throw std::runtime_error("A send was cut short.");
}

}  // namespace pollux::bench
