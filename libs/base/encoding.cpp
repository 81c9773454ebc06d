#include "base/encoding.hpp"

#include <array>
#include <charconv>
#include <cstddef>

namespace pollux {
namespace {

constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view url_safe_alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::uint8_t no_digit = 0xFF;

constexpr std::array<std::uint8_t, 256> make_values() {
  std::array<std::uint8_t, 256> values{};
  values.fill(no_digit);
  for (std::size_t i = 0; i < alphabet.size(); ++i) {
    values[static_cast<unsigned char>(alphabet[i])] = static_cast<std::uint8_t>(i);
  }
  return values;
}

constexpr auto values = make_values();

std::uint32_t byte_at(std::string_view bytes, std::size_t i) {
  return i < bytes.size() ? static_cast<unsigned char>(bytes[i]) : 0U;
}

// Always whole groups of four digits; those beyond the bytes are zero.
void append_digits(std::string& out, std::string_view bytes, std::string_view digits) {
  out.reserve(out.size() + (bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::uint32_t group =
        byte_at(bytes, i) << 16U | byte_at(bytes, i + 1) << 8U | byte_at(bytes, i + 2);
    for (const unsigned shift : {18U, 12U, 6U, 0U}) out += digits[group >> shift & 0x3FU];
  }
}

std::size_t padding_of(std::string_view bytes) {
  return (3 - bytes.size() % 3) % 3;
}

}  // namespace

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

void append_base64(std::string& out, std::string_view bytes) {
  append_digits(out, bytes, alphabet);
  const std::size_t padding = padding_of(bytes);
  out.replace(out.size() - padding, padding, padding, '=');
}

std::optional<std::string> decode_base64(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  const std::size_t padding = text.ends_with("==") ? 2 : text.ends_with('=') ? 1 : 0;
  const std::size_t digits = text.size() - padding;
  std::string bytes;
  bytes.reserve(digits / 4 * 3 + 2);
  std::uint32_t bits = 0;
  unsigned held = 0;
  for (const char digit : text.substr(0, digits)) {
    const std::uint8_t value = values[static_cast<unsigned char>(digit)];
    if (value == no_digit) return std::nullopt;
    bits = bits << 6U | value;
    held += 6;
    if (held < 8) continue;
    held -= 8;
    bytes += static_cast<char>(bits >> held & 0xFFU);
  }
  const bool has_bits_beyond_the_end = (bits & ((1U << held) - 1U)) != 0;
  if (has_bits_beyond_the_end) return std::nullopt;
  return bytes;
}

std::string base64url(std::string_view bytes) {
  std::string text;
  append_digits(text, bytes, url_safe_alphabet);
  text.resize(text.size() - padding_of(bytes));
  return text;
}

}  // namespace pollux
