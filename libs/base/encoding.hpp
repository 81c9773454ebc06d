// Bytes as text: hexadecimal digits and base64 (RFC 4648).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace pollux {

// Two digits for each byte, in lower case (section 8).
std::string to_hex(std::span<const std::uint8_t> bytes);

// The reverse, also of upper case, into `bytes`. False, with unspecified bytes, unless there are exactly two
// digits for each of them.
bool from_hex(std::string_view digits, std::span<std::uint8_t> bytes);

// Appends the standard alphabet with padding (section 4).
void append_base64(std::string& out, std::string_view bytes);

// Strict: nullopt unless `text` is exactly what append_base64() makes of some bytes.
std::optional<std::string> decode_base64(std::string_view text);

// The URL-safe alphabet without padding (section 5).
std::string base64url(std::string_view bytes);

}  // namespace pollux
