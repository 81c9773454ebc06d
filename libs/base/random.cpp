#include "base/random.hpp"

#include <climits>
#include <cstdio>
#include <cstdlib>

#include <openssl/rand.h>

#include "base/encoding.hpp"

namespace pollux {

void fill_with_random(std::span<std::uint8_t> bytes) {
  if (bytes.size() > INT_MAX || RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1) {
    std::fputs("The system's random generator failed.\n", stderr);
    std::abort();
  }
}

std::string make_ordered_id(std::chrono::system_clock::time_point now) {
  const auto since_epoch = std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch());
  auto milliseconds = static_cast<std::uint64_t>(since_epoch.count());
  std::array<std::uint8_t, 6> time;
  for (auto byte = time.rbegin(); byte != time.rend(); ++byte, milliseconds >>= 8U) {
    *byte = static_cast<std::uint8_t>(milliseconds);
  }
  return to_hex(time) + to_hex(random_bytes<16>());
}

}  // namespace pollux
