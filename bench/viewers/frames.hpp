// The little of WebSocket that a viewer needs (RFC 6455, section 5.2), written apart from the server's.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace pollux::bench {

// The bytes of the first frame in `bytes`; nothing where it is not complete. A server does not mask.
std::optional<std::string_view> first_frame(std::string_view bytes);

// What a frame of `first_frame` carries.
std::string_view payload_of(std::string_view frame);

// A text frame as a client sends it, up to 65,535 bytes, with a mask of zeros.
std::string text_frame(std::string_view payload);

}  // namespace pollux::bench
