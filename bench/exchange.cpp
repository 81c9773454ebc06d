#include "bench/exchange.hpp"

#include <array>
#include <cerrno>
#include <stdexcept>
#include <system_error>
#include <utility>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <unistd.h>

namespace pollux::bench {
namespace {

[[noreturn]] void throw_system_error(const char* what) {
  throw std::system_error(errno, std::generic_category(), what);
}

int connected_socket(std::uint16_t port) {
  const int descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (descriptor < 0) throw_system_error("socket");
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const int on = 1;
  if (::connect(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
      ::setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) != 0 ||
      ::fcntl(descriptor, F_SETFL, O_NONBLOCK) != 0) {
    const int error = errno;
    ::close(descriptor);
    errno = error;
    throw_system_error("connect");
  }
  return descriptor;
}

}  // namespace

Exchange::Exchange(std::uint16_t port) : descriptor_(connected_socket(port)) {}

Exchange::~Exchange() {
  ::close(descriptor_);
}

void Exchange::send(std::string_view request) {
  const ssize_t sent = ::send(descriptor_, request.data(), request.size(), MSG_NOSIGNAL);
  if (sent != static_cast<ssize_t>(request.size())) {
    throw std::runtime_error("The server did not take a whole request.");
  }
}

Exchange::Progress Exchange::receive() {
  std::array<char, 64 * 1024> buffer;
  const ssize_t got = ::recv(descriptor_, buffer.data(), buffer.size(), 0);
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return Progress::waiting;
  if (got <= 0) throw std::runtime_error("The server closed a connection.");
  received_.append(buffer.data(), static_cast<std::size_t>(got));

  auto answer = first_answer(received_);
  if (!answer) {
    if (received_.size() > largest_answer) throw std::runtime_error("An answer is larger than 256 kB.");
    return Progress::waiting;
  }
  if (answer->bytes != received_.size())
    throw std::runtime_error("Bytes follow an answer that nobody asked for.");
  received_.clear();
  answer_ = std::move(*answer);
  return Progress::answered;
}

}  // namespace pollux::bench
