// Bytes as hexadecimal digits.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace pollux {

std::string to_hex(std::span<const std::uint8_t> bytes);  // in lower case

// Accepts upper and lower case. False, with unspecified bytes, unless there are two digits for each byte.
bool from_hex(std::string_view digits, std::span<std::uint8_t> bytes);

}  // namespace pollux
