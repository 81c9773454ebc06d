// Text as a JSON string (RFC 8259) that is safe to show on a terminal too.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace pollux {

// Appends `text` in quotation marks. Control characters (C0, DEL and C1) are escaped, and each invalid byte
// of UTF-8 becomes U+FFFD. What does not fit into the first `max_bytes` bytes of `text` is replaced by "…".
void append_json_string(std::string& out, std::string_view text, std::size_t max_bytes);

}  // namespace pollux
