#include "engineio/session_id.hpp"

#include <cstdint>
#include <string_view>

#include "base/random.hpp"

namespace pollux::engineio {
namespace {

// base64url, RFC 4648 section 5
constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

}  // namespace

std::string make_session_id() {
  const auto bytes = random_bytes<18>();
  std::string id;
  id.reserve(bytes.size() / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::uint32_t group =
        std::uint32_t{bytes[i]} << 16U | std::uint32_t{bytes[i + 1]} << 8U | bytes[i + 2];
    for (const unsigned shift : {18U, 12U, 6U, 0U}) id += alphabet[group >> shift & 0x3FU];
  }
  return id;
}

}  // namespace pollux::engineio
