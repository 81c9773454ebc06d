// Bytes as lower-case hexadecimal digits.
#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace pollux {

std::string to_hex(std::span<const std::uint8_t> bytes);

}  // namespace pollux
