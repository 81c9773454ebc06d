// The header of a WebSocket frame (RFC 6455, section 5.2), both ways.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace pollux::http {

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

inline constexpr std::size_t longest_control_payload = 125;

// A header of our own: a whole message in one frame, not masked.
class OutgoingHeader {
 public:
  OutgoingHeader(Opcode opcode, std::uint64_t payload_bytes);
  std::string_view bytes() const { return {bytes_.data(), size_}; }

 private:
  std::array<char, 10> bytes_;
  std::uint8_t size_;
};

// A client's header, always masked.
struct IncomingHeader {
  static constexpr std::size_t longest = 14;

  enum class Soundness { incomplete, sound, unsound };
  // Reads the header at the front of `bytes`. Unsound is what section 5 forbids: reserved bits and opcodes,
  // no mask, a length that has a shorter form or 64 bits, a control frame that is long or in fragments.
  Soundness read(std::span<const char> bytes);

  Opcode opcode = Opcode::text;
  bool is_final = false;
  std::uint8_t size = 0;  // of the header itself
  std::array<char, 4> mask{};
  std::uint64_t payload_bytes = 0;
};

// Takes the mask off bytes that begin at `position` of their payload.
void unmask(std::span<char> bytes, const std::array<char, 4>& mask, std::uint64_t position);

}  // namespace pollux::http
