// Random bytes from the system's cryptographic generator, through OpenSSL. Any thread.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace pollux {

// Ends the process where the generator fails: nothing that we could do without it would be safe.
void fill_with_random(std::span<std::uint8_t> bytes);

template <std::size_t Size>
std::array<std::uint8_t, Size> random_bytes() {
  std::array<std::uint8_t, Size> bytes;
  fill_with_random(bytes);
  return bytes;
}

}  // namespace pollux
