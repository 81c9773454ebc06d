// Base64 (RFC 4648).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace pollux {

// Appends the standard alphabet with padding (section 4).
void append_base64(std::string& out, std::string_view bytes);

// The URL-safe alphabet without padding (section 5).
std::string base64url(std::string_view bytes);

// Strict: nothing unless `text` is exactly what append_base64() makes of some bytes.
std::optional<std::string> decode_base64(std::string_view text);

}  // namespace pollux
