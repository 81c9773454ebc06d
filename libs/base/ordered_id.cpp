#include "base/ordered_id.hpp"

#include <array>
#include <cstdint>

#include "base/hex.hpp"
#include "base/random.hpp"

namespace pollux {

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
