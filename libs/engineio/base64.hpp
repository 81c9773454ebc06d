// Base64 with padding (RFC 4648, section 4), by which binary messages travel in a polling payload.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace pollux::engineio {

void append_base64(std::string& out, std::string_view bytes);

// Nothing where the text is not exactly what append_base64() makes of some bytes.
std::optional<std::string> decode_base64(std::string_view text);

}  // namespace pollux::engineio
