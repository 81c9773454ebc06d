// Images for tests: their headers are right, what they show is not.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace pollux::poll {

// `more` is the data of another chunk.
std::string png(std::uint32_t width, std::uint32_t height, std::string_view more = "");
std::string animated_png();
std::string jpeg(std::uint16_t width, std::uint16_t height);
// `kind`: "VP8 ", "VP8L" or "VP8X".
std::string webp(std::string_view kind, std::uint32_t width, std::uint32_t height);

}  // namespace pollux::poll
