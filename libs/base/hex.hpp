// Bytes as hexadecimal digits.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace pollux {

std::string to_hex(std::span<const std::uint8_t> bytes);  // in lower case

// False, and the bytes may be anything, where there are not just two digits for each byte; either case.
bool from_hex(std::string_view digits, std::span<std::uint8_t> bytes);

}  // namespace pollux
