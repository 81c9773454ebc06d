#include "engineio/testing/web_socket_client.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <stdexcept>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace pollux::engineio::testing {
namespace {

using std::chrono::steady_clock;

int connect_to(std::uint16_t port) {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const timeval send_timeout{5, 0};
  ::setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &send_timeout, sizeof send_timeout);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    ::close(socket);
    throw std::runtime_error("The test client cannot connect.");
  }
  return socket;
}

// What the peer no longer takes is lost: tests look at what comes back.
void send_all(int socket, std::string_view bytes) {
  while (!bytes.empty()) {
    const auto sent = ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

// Appends what arrives until the deadline; false at the end of the connection or the deadline.
bool receive_some(int socket, std::string& buffer, steady_clock::time_point deadline, bool& has_ended) {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - steady_clock::now()).count();
  pollfd waiting{socket, POLLIN, 0};
  if (::poll(&waiting, 1, static_cast<int>(std::max<std::int64_t>(left, 0))) <= 0) return false;
  std::array<char, 16384> bytes;
  const auto received = ::recv(socket, bytes.data(), bytes.size(), 0);
  if (received <= 0) {
    has_ended = true;
    return false;
  }
  buffer.append(bytes.data(), static_cast<std::size_t>(received));
  return true;
}

std::size_t content_length(const std::string& head) {
  const auto at = head.find("Content-Length: ");
  return at == std::string::npos ? 0 : std::strtoul(head.c_str() + at + 16, nullptr, 10);
}

// Reads an answer; what follows it stays in `buffer`.
Answer read_answer(int socket, std::string& buffer, bool& has_ended) {
  const auto deadline = steady_clock::now() + std::chrono::seconds(5);
  Answer answer;
  std::size_t end = std::string::npos;
  while ((end = buffer.find("\r\n\r\n")) == std::string::npos) {
    if (!receive_some(socket, buffer, deadline, has_ended)) return answer;
  }
  answer.head = buffer.substr(0, end + 4);
  buffer.erase(0, end + 4);
  answer.status = std::atoi(answer.head.c_str() + std::string_view("HTTP/1.1 ").size());
  const std::size_t length = answer.status == 101 ? 0 : content_length(answer.head);
  while (buffer.size() < length && receive_some(socket, buffer, deadline, has_ended)) {
  }
  answer.body = buffer.substr(0, length);
  buffer.erase(0, length);
  return answer;
}

}  // namespace

std::uint16_t Arrival::close_code() const {
  if (kind != Kind::close || payload.size() < 2) return 0;
  const auto byte = [&](std::size_t i) {
    return static_cast<unsigned>(static_cast<unsigned char>(payload[i]));
  };
  return static_cast<std::uint16_t>(byte(0) << 8U | byte(1));
}

WebSocketClient::WebSocketClient(std::uint16_t port, const std::string& target, const std::string& fields)
    : socket_(connect_to(port)) {
  send_all(socket_, "GET " + target +
                        " HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" +
                        fields + "\r\n");
  answer_ = read_answer(socket_, buffer_, has_ended_);
}

WebSocketClient::~WebSocketClient() {
  ::close(socket_);
}

void WebSocketClient::send_frame(std::uint8_t first_byte, std::string_view payload) {
  std::string frame(1, static_cast<char>(first_byte));
  const auto append_length = [&](unsigned bytes) {
    for (unsigned i = bytes; i-- > 0;) frame += static_cast<char>(payload.size() >> (8 * i) & 0xFFU);
  };
  constexpr unsigned char masked = 0x80;
  if (payload.size() < 126) {
    frame += static_cast<char>(masked | payload.size());
  } else if (payload.size() <= 0xFFFF) {
    frame += static_cast<char>(masked | 126U);
    append_length(2);
  } else {
    frame += static_cast<char>(masked | 127U);
    append_length(8);
  }
  constexpr std::string_view mask = "\x12\x34\x56\x78";
  frame += mask;
  for (std::size_t i = 0; i < payload.size(); ++i) frame += static_cast<char>(payload[i] ^ mask[i % 4]);
  send_all(socket_, frame);
}

bool WebSocketClient::fill(Deadline deadline) {
  return !has_ended_ && receive_some(socket_, buffer_, deadline, has_ended_);
}

// A whole unfragmented frame off the front of the buffer; nothing where it has not arrived yet.
std::optional<Arrival> WebSocketClient::take_frame() {
  const auto byte = [&](std::size_t i) {
    return static_cast<std::size_t>(static_cast<unsigned char>(buffer_[i]));
  };
  if (buffer_.size() < 2) return std::nullopt;
  std::size_t length = byte(1) & 0x7FU;
  const std::size_t length_bytes = length == 126 ? 2 : length == 127 ? 8 : 0;
  if (buffer_.size() < 2 + length_bytes) return std::nullopt;
  if (length_bytes > 0) length = 0;
  for (std::size_t i = 0; i < length_bytes; ++i) length = length << 8U | byte(2 + i);
  if (buffer_.size() < 2 + length_bytes + length) return std::nullopt;

  Arrival arrival;
  const std::size_t opcode = byte(0) & 0x0FU;
  arrival.kind = opcode == 1   ? Arrival::Kind::text
                 : opcode == 2 ? Arrival::Kind::binary
                               : Arrival::Kind::close;
  arrival.payload = buffer_.substr(2 + length_bytes, length);
  buffer_.erase(0, 2 + length_bytes + length);
  return arrival;
}

Arrival WebSocketClient::receive(std::chrono::milliseconds wait) {
  const auto deadline = steady_clock::now() + wait;
  for (;;) {
    if (auto frame = take_frame()) return std::move(*frame);
    if (!fill(deadline)) return {has_ended_ ? Arrival::Kind::end : Arrival::Kind::nothing, {}};
  }
}

std::string WebSocketClient::receive_text(std::chrono::milliseconds wait) {
  const Arrival arrival = receive(wait);
  switch (arrival.kind) {
    case Arrival::Kind::text:
      return arrival.payload;
    case Arrival::Kind::binary:
      return "<binary>";
    case Arrival::Kind::close:
      return "<close>";
    case Arrival::Kind::end:
      return "<end>";
    case Arrival::Kind::nothing:
      return "<nothing>";
  }
  return {};
}

std::string WebSocketClient::receive_binary(std::chrono::milliseconds wait) {
  const Arrival arrival = receive(wait);
  return arrival.kind == Arrival::Kind::binary ? arrival.payload : "<not binary: " + arrival.payload + ">";
}

bool WebSocketClient::is_closed_within(std::chrono::milliseconds wait) {
  const auto deadline = steady_clock::now() + wait;
  for (;;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - steady_clock::now());
    const Arrival arrival = receive(left);
    if (arrival.is_over()) return true;
    if (arrival.kind == Arrival::Kind::nothing) return false;
  }
}

Answer request(std::uint16_t port, const std::string& method, const std::string& target,
               const std::string& fields) {
  const int socket = connect_to(port);
  send_all(socket, method + " " + target + " HTTP/1.1\r\nHost: 127.0.0.1\r\n" + fields + "\r\n");
  std::string buffer;
  bool has_ended = false;
  Answer answer = read_answer(socket, buffer, has_ended);
  ::close(socket);
  return answer;
}

}  // namespace pollux::engineio::testing
