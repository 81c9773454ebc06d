#include "base/hex.hpp"

#include <charconv>
#include <cstddef>

namespace pollux {

std::string to_hex(std::span<const std::uint8_t> bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  text.reserve(bytes.size() * 2);
  for (const std::uint8_t byte : bytes) {
    text += digits[byte >> 4U];
    text += digits[byte & 0x0FU];
  }
  return text;
}

bool from_hex(std::string_view digits, std::span<std::uint8_t> bytes) {
  constexpr int hexadecimal = 16;
  if (digits.size() != 2 * bytes.size()) return false;
  for (std::size_t n = 0; n < bytes.size(); ++n) {
    const char* const pair = digits.data() + 2 * n;
    if (std::from_chars(pair, pair + 2, bytes[n], hexadecimal).ptr != pair + 2) return false;
  }
  return true;
}

}  // namespace pollux
