// Random bytes from OpenSSL's cryptographic generator, and identifiers made of them. Any thread.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace pollux {

// Aborts the process if the generator fails: no code could continue safely without it.
void fill_with_random(std::span<std::uint8_t> bytes);

template <std::size_t Size>
std::array<std::uint8_t, Size> random_bytes() {
  std::array<std::uint8_t, Size> bytes;
  fill_with_random(bytes);
  return bytes;
}

// An unguessable identifier that sorts by creation time: 12 hexadecimal digits of Unix milliseconds, then 32
// of random bits (128 of them), lower case. Similar to UUID version 7 (RFC 9562, section 5.7) with more
// randomness. New rows of a table with such a key are adjacent in its index, so many share a page.
inline constexpr std::size_t ordered_id_digits = 44;
std::string make_ordered_id(std::chrono::system_clock::time_point now = std::chrono::system_clock::now());

}  // namespace pollux
