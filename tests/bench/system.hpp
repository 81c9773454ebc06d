// System calls of the benches. Errors are exceptions (std::system_error, std::runtime_error): a bench that
// cannot measure ends.
#pragma once

#include <array>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/types.h>
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

sockaddr_in loopback(std::uint16_t port, std::uint32_t host = 1);

// A blocking connection, with a receive timeout of 20 s, to a port of 127.0.0.1 from 127.0.0.`host`. Each
// source address has its own range of ephemeral ports, which allows more connections. `segment_bytes`:
// TCP_MAXSEG, which also keeps the kernel's buffers small; 0: the default.
Descriptor connect_from(std::uint32_t host, std::uint16_t port, int segment_bytes = 0);

// For this process and those that it starts. Throws if it may not have that many descriptors.
void raise_descriptor_limit(std::size_t needed);

void set_no_delay(int socket);

// Throws if the kernel does not take all bytes.
void send_all(int socket, std::string_view bytes);

// Appends what has arrived to `incoming`; blocks if the socket does. Throws if the peer closed the
// connection.
void receive_into(int socket, std::string& incoming);

// Appends as printf does, at most 511 bytes.
[[gnu::format(printf, 2, 3)]] void append(std::string& text, const char* format, ...);

// epoll for descriptors to read from. One thread.
class Poller {
 public:
  Poller() : epoll_(checked(::epoll_create1(EPOLL_CLOEXEC), "epoll_create1")) {}

  void watch(int descriptor, std::size_t number);

  // The numbers of those that are ready; none after the timeout. Valid until the next call.
  std::span<const std::size_t> wait(std::chrono::nanoseconds timeout);

 private:
  Descriptor epoll_;
  std::array<epoll_event, 256> events_;
  std::array<std::size_t, 256> ready_;
};

}  // namespace pollux::bench
