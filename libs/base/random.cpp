#include "base/random.hpp"

#include <climits>
#include <cstdio>
#include <cstdlib>

#include <openssl/rand.h>

namespace pollux {

void fill_with_random(std::span<std::uint8_t> bytes) {
  if (bytes.size() > INT_MAX || RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1) {
    std::fputs("The system's random generator failed.\n", stderr);
    std::abort();
  }
}

}  // namespace pollux
