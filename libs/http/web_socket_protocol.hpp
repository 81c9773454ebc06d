// The wire format of WebSocket: the opening handshake (RFC 6455, section 4.2) and frame headers
// (section 5.2).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "http/request.hpp"
#include "http/response.hpp"

namespace pollux::http {

// What is wrong with the client's opening handshake, if anything.
std::optional<ErrorResponse> check_web_socket_handshake(const Request& request);

// The 101 response to a Sec-WebSocket-Key. `request_id` is the value of X-Request-Id.
std::string web_socket_handshake_answer(std::string_view key, std::string_view request_id);

enum class Opcode : std::uint8_t {
  continuation = 0,
  text = 1,
  binary = 2,
  close = 8,
  ping = 9,
  pong = 10,
};

inline bool is_control(Opcode opcode) {
  return static_cast<std::uint8_t>(opcode) >= 8;
}

inline constexpr std::size_t max_control_payload = 125;

// The header of a frame that we send: an unfragmented message, not masked.
class OutgoingHeader {
 public:
  OutgoingHeader(Opcode opcode, std::uint64_t payload_bytes);
  std::string_view bytes() const { return {bytes_.data(), size_}; }

 private:
  std::array<char, 10> bytes_;
  std::uint8_t size_;
};

// The header of a client's frame, always masked.
struct IncomingHeader {
  static constexpr std::size_t max_bytes = 14;

  enum class Validity { incomplete, valid, invalid };
  // Reads the header at the front of `bytes`. Invalid is what section 5 forbids: reserved bits and opcodes,
  // no mask, a length that is not in its shortest form or has the top bit set, a control frame that is too
  // long or fragmented.
  Validity read(std::span<const char> bytes);

  Opcode opcode = Opcode::text;
  bool is_final = false;
  std::uint8_t size = 0;  // of the header
  std::array<char, 4> mask{};
  std::uint64_t payload_bytes = 0;
};

// Unmasks bytes that start at `position` of their payload.
void unmask(std::span<char> bytes, const std::array<char, 4>& mask, std::uint64_t position);

}  // namespace pollux::http
