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

// An unguessable identifier that sorts by its time: 44 hexadecimal digits in lower case, 12 of the Unix time
// in milliseconds and 32 of 128 random bits. Within a millisecond the order is random. It resembles UUID
// version 7 (RFC 9562, section 5.7), with all its random bits and no version. Rows with such a key are
// inserted at one end of its index, so a commit of many rows writes few pages.
inline constexpr std::size_t ordered_id_digits = 44;
std::string make_ordered_id(std::chrono::system_clock::time_point now = std::chrono::system_clock::now());

}  // namespace pollux
