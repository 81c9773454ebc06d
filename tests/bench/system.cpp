#include "bench/system.hpp"

#include <algorithm>
#include <cstdarg>
#include <cstdio>
#include <ctime>

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/resource.h>
#include <sys/time.h>

namespace pollux::bench {

sockaddr_in loopback(std::uint16_t port, std::uint32_t host) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl((127U << 24) + host);
  return address;
}

Descriptor connect_from(std::uint32_t host, std::uint16_t port, int segment_bytes) {
  Descriptor socket(checked(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket"));
  const int on = 1;
  checked(::setsockopt(socket.get(), IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on), "setsockopt");
  const timeval timeout{.tv_sec = 20, .tv_usec = 0};
  checked(::setsockopt(socket.get(), SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof timeout), "setsockopt");
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

void raise_descriptor_limit(std::size_t needed) {
  rlimit limit{};
  checked(::getrlimit(RLIMIT_NOFILE, &limit), "getrlimit");
  if (limit.rlim_cur >= needed) return;
  limit.rlim_cur = needed;
  limit.rlim_max = std::max<rlim_t>(limit.rlim_max, needed);
  if (::setrlimit(RLIMIT_NOFILE, &limit) != 0) {
    throw std::runtime_error("This needs " + std::to_string(needed) +
                             " file descriptors. Raise the limit (ulimit -n) or ask for fewer viewers.");
  }
}

void set_no_delay(int socket) {
  const int on = 1;
  checked(::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on), "setsockopt");
}

void send_all(int socket, std::string_view bytes) {
  const auto sent = checked(::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL), "send");
  if (static_cast<std::size_t>(sent) < bytes.size()) throw std::runtime_error("send: incomplete.");
}

void receive_into(int socket, std::string& incoming) {
  std::array<char, 64 * 1024> bytes;
  const auto size = checked(::recv(socket, bytes.data(), bytes.size(), 0), "recv");
  if (size == 0) throw std::runtime_error("The server closed the connection.");
  incoming.append(bytes.data(), static_cast<std::size_t>(size));
}

void append(std::string& text, const char* format, ...) {
  char line[512];
  std::va_list values;
  va_start(values, format);
  std::vsnprintf(line, sizeof line, format, values);
  va_end(values);
  text += line;
}

void Poller::watch(int descriptor, std::size_t number) {
  epoll_event event{.events = EPOLLIN, .data = {.u64 = number}};
  checked(::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, descriptor, &event), "epoll_ctl");
}

std::span<const std::size_t> Poller::wait(std::chrono::nanoseconds timeout) {
  const auto left = std::max(timeout, std::chrono::nanoseconds(0));
  const timespec limit{.tv_sec = left.count() / 1'000'000'000, .tv_nsec = left.count() % 1'000'000'000};
  int ready = -1;
  do {
    ready = ::epoll_pwait2(epoll_.get(), events_.data(), static_cast<int>(events_.size()), &limit, nullptr);
  } while (ready < 0 && errno == EINTR);
  const auto count = static_cast<std::size_t>(checked(ready, "epoll_pwait2"));
  for (std::size_t i = 0; i < count; ++i) ready_[i] = events_[i].data.u64;
  return std::span(ready_).first(count);
}

}  // namespace pollux::bench
