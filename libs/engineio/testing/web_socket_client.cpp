#include "engineio/testing/web_socket_client.hpp"

namespace pollux::engineio::testing {

using std::chrono::steady_clock;

std::uint16_t Arrival::close_code() const {
  if (kind != Kind::close || payload.size() < 2) return 0;
  const auto byte = [&](std::size_t i) {
    return static_cast<unsigned>(static_cast<unsigned char>(payload[i]));
  };
  return static_cast<std::uint16_t>(byte(0) << 8U | byte(1));
}

WebSocketClient::WebSocketClient(std::uint16_t port, const std::string& target, const std::string& fields)
    : wire_(port) {
  wire_.send("GET " + target +
             " HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
             "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" +
             fields + "\r\n");
  answer_ = wire_.receive_answer();
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
  const std::size_t header = frame.size();
  frame += payload;
  for (std::size_t i = header; i < frame.size(); ++i) frame[i] ^= mask[(i - header) % mask.size()];
  wire_.send(frame);
}

// Removes a whole unfragmented frame from the buffer; nothing if it has not arrived yet.
std::optional<Arrival> WebSocketClient::take_frame() {
  std::string& buffer = wire_.received();
  const auto byte = [&](std::size_t i) {
    return static_cast<std::size_t>(static_cast<unsigned char>(buffer[i]));
  };
  if (buffer.size() < 2) return std::nullopt;
  std::size_t length = byte(1) & 0x7FU;
  const std::size_t length_bytes = length == 126 ? 2 : length == 127 ? 8 : 0;
  if (buffer.size() < 2 + length_bytes) return std::nullopt;
  if (length_bytes > 0) length = 0;
  for (std::size_t i = 0; i < length_bytes; ++i) length = length << 8U | byte(2 + i);
  if (buffer.size() < 2 + length_bytes + length) return std::nullopt;

  Arrival arrival;
  const std::size_t opcode = byte(0) & 0x0FU;
  arrival.kind = opcode == 1   ? Arrival::Kind::text
                 : opcode == 2 ? Arrival::Kind::binary
                               : Arrival::Kind::close;
  arrival.payload = buffer.substr(2 + length_bytes, length);
  buffer.erase(0, 2 + length_bytes + length);
  return arrival;
}

Arrival WebSocketClient::receive(std::chrono::milliseconds wait) {
  const auto deadline = steady_clock::now() + wait;
  for (;;) {
    if (auto frame = take_frame()) return std::move(*frame);
    if (!wire_.receive_more(deadline))
      return {wire_.has_ended() ? Arrival::Kind::end : Arrival::Kind::nothing, {}};
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

}  // namespace pollux::engineio::testing
