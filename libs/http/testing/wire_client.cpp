#include "http/testing/wire_client.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <stdexcept>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "http/chunked_body.hpp"

namespace pollux::http {

std::string WireAnswer::field(const std::string& name) const {
  const auto start = head.find("\r\n" + name + ": ");
  if (start == std::string::npos) return "";
  const auto value = start + name.size() + 4;
  return head.substr(value, head.find("\r\n", value) - value);
}

unsigned WireFrame::close_code() const {
  if (opcode != 8 || payload.size() < 2) return 0;
  return static_cast<unsigned>(static_cast<unsigned char>(payload[0]) * 256 +
                               static_cast<unsigned char>(payload[1]));
}

WireClient::WireClient(std::uint16_t port, int receive_buffer_bytes)
    : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  const timeval send_timeout{longest_wait.count(), 0};
  ::setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &send_timeout, sizeof send_timeout);
  if (receive_buffer_bytes > 0) {
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &receive_buffer_bytes, sizeof receive_buffer_bytes);
  }
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    ::close(socket_);
    throw std::runtime_error("The test client cannot connect.");
  }
}

WireClient::~WireClient() {
  if (socket_ >= 0) ::close(socket_);
}

bool WireClient::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

void WireClient::finish_sending() {
  ::shutdown(socket_, SHUT_WR);
}

void WireClient::reset() {
  const linger none{1, 0};
  ::setsockopt(socket_, SOL_SOCKET, SO_LINGER, &none, sizeof none);
  ::close(std::exchange(socket_, -1));
}

bool WireClient::receive_more(Deadline deadline) {
  if (has_ended_) return false;
  const auto left = std::chrono::ceil<Wait>(deadline - std::chrono::steady_clock::now()).count();
  pollfd waiting{socket_, POLLIN, 0};
  if (::poll(&waiting, 1, static_cast<int>(std::max<std::int64_t>(left, 0))) <= 0) return false;
  std::array<char, 65536> bytes;
  const auto size = ::recv(socket_, bytes.data(), bytes.size(), 0);
  has_ended_ = size <= 0;
  if (has_ended_) return false;
  received_.append(bytes.data(), static_cast<std::size_t>(size));
  return true;
}

bool WireClient::receive_at_most(std::size_t size) {
  std::string bytes(size, '\0');
  return ::recv(socket_, bytes.data(), bytes.size(), 0) > 0;
}

bool WireClient::receive_until(std::size_t size, Deadline deadline) {
  while (received_.size() < size) {
    if (!receive_more(deadline)) return false;
  }
  return true;
}

WireAnswer WireClient::read_answer(bool has_body, Wait wait) {
  const auto deadline = after(wait);
  WireAnswer answer;
  std::size_t end = 0;
  while ((end = received_.find("\r\n\r\n")) == std::string::npos) {
    if (!receive_more(deadline)) return answer;
  }
  answer.head = received_.substr(0, end + 2);
  received_.erase(0, end + 4);
  answer.status = static_cast<unsigned>(std::stoul(answer.head.substr(9, 3)));
  const auto length = answer.field("Content-Length");
  if (has_body && !length.empty()) {
    const auto size = std::stoul(length);
    answer.is_complete = receive_until(size, deadline);
    answer.body = received_.substr(0, size);
    received_.erase(0, size);
  }
  if (has_body && answer.field("Transfer-Encoding") == "chunked") {
    answer.is_complete = receive_chunks(answer.body, deadline);
  }
  return answer;
}

bool WireClient::receive_chunks(std::string& body, Deadline deadline) {
  ChunkedBody decoder(std::numeric_limits<std::size_t>::max());
  for (;;) {
    std::string_view bytes = received_;
    const auto progress = decoder.take(bytes, body);
    received_.erase(0, received_.size() - bytes.size());
    if (progress == ChunkedBody::Progress::finished) return true;
    if (progress != ChunkedBody::Progress::unfinished || !receive_more(deadline)) return false;
  }
}

std::string WireClient::read_until(std::string_view end, Wait wait) {
  const auto deadline = after(wait);
  std::size_t found = 0;
  while ((found = received_.find(end)) == std::string::npos) {
    if (!receive_more(deadline)) return std::exchange(received_, {});
  }
  std::string bytes = received_.substr(0, found + end.size());
  received_.erase(0, bytes.size());
  return bytes;
}

std::string WireClient::read_rest(Wait wait) {
  const auto deadline = after(wait);
  while (receive_more(deadline)) {
  }
  return std::exchange(received_, {});
}

bool WireClient::is_closed(Wait wait) {
  return received_.empty() && !receive_more(after(wait)) && has_ended_;
}

std::string masked_frame(unsigned char first_byte, std::string_view payload) {
  constexpr std::array<unsigned char, 4> mask{0x11, 0x22, 0x33, 0x44};
  std::string frame(1, static_cast<char>(first_byte));
  const auto append_length = [&](int marker, int bytes) {
    frame += static_cast<char>(0x80 | marker);
    for (int i = bytes - 1; i >= 0; --i) frame += static_cast<char>(payload.size() >> (8 * i) & 0xff);
  };
  if (payload.size() < 126) {
    append_length(static_cast<int>(payload.size()), 0);
  } else if (payload.size() < 65536) {
    append_length(126, 2);
  } else {
    append_length(127, 8);
  }
  for (const auto byte : mask) frame += static_cast<char>(byte);
  for (std::size_t i = 0; i < payload.size(); ++i) frame += static_cast<char>(payload[i] ^ mask[i % 4]);
  return frame;
}

void WireClient::send_frame(unsigned char first_byte, std::string_view payload) {
  send(masked_frame(first_byte, payload));
}

WireFrame WireClient::read_frame(Wait wait) {
  const auto deadline = after(wait);
  const auto byte = [this](std::size_t i) { return static_cast<unsigned char>(received_[i]); };
  WireFrame frame;
  if (!receive_until(2, deadline)) return frame;
  std::size_t header = 2;
  std::size_t size = byte(1) & 0x7f;
  const std::size_t length_bytes = size == 126 ? 2 : size == 127 ? 8 : 0;
  if (length_bytes > 0) {
    header += length_bytes;
    if (!receive_until(header, deadline)) return frame;
    size = 0;
    for (std::size_t i = 2; i < header; ++i) size = size * 256 + byte(i);
  }
  if (!receive_until(header + size, deadline)) return frame;
  frame.opcode = byte(0) & 0x0f;
  frame.final = (byte(0) & 0x80) != 0;
  frame.payload = received_.substr(header, size);
  received_.erase(0, header + size);
  return frame;
}

WireAnswer WireClient::upgrade(const std::string& target, const std::string& fields) {
  send("GET " + target +
       " HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: keep-alive, Upgrade\r\n"
       "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n" +
       fields + "\r\n");
  return read_answer();
}

}  // namespace pollux::http
