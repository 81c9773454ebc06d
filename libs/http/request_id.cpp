#include "http/request_id.hpp"

#include <bit>
#include <charconv>
#include <cstdint>

#include "base/random.hpp"
#include "http/ascii.hpp"

namespace pollux::http {
namespace {

bool is_acceptable(std::string_view id) {
  return id.size() >= RequestIds::min_accepted && id.size() <= RequestIds::max_accepted &&
         consists_of(id, "._-");
}

}  // namespace

RequestIds::RequestIds() : random_(std::bit_cast<std::uint64_t>(random_bytes<sizeof(std::uint64_t)>())) {}

std::string_view RequestIds::id_of(const Headers* headers, Space& space) {
  const std::string_view given = headers == nullptr ? "" : headers->find(request_id_field).value_or("");
  if (is_acceptable(given)) return given;
  constexpr int hexadecimal = 16;
  constexpr std::uint64_t highest_bit = std::uint64_t{1} << 63U;  // set, so that there are always 16 digits
  std::to_chars(space.data(), space.data() + space.size(), random_() | highest_bit, hexadecimal);
  return {space.data(), space.size()};
}

}  // namespace pollux::http
