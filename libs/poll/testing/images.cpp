#include "poll/testing/images.hpp"

#include <cstddef>

namespace pollux::poll {
namespace {

std::string big_endian(std::uint32_t number, std::size_t size) {
  std::string bytes;
  for (std::size_t n = size; n > 0; --n) bytes.push_back(static_cast<char>(number >> (8 * (n - 1)) & 0xFFU));
  return bytes;
}

std::string little_endian(std::uint32_t number, std::size_t size) {
  const std::string reversed = big_endian(number, size);
  return {reversed.rbegin(), reversed.rend()};
}

// No one checks the checksum.
std::string chunk(std::string_view type, std::string_view data) {
  return big_endian(static_cast<std::uint32_t>(data.size()), 4).append(type).append(data).append("CRC?");
}

std::string png_with(std::string_view type, std::string_view data, std::string_view header) {
  return "\x89PNG\r\n\x1a\n" + chunk("IHDR", header) + chunk(type, data) + chunk("IDAT", "pixels") +
         chunk("IEND", "");
}

std::string png_header(std::uint32_t width, std::uint32_t height) {
  return big_endian(width, 4) + big_endian(height, 4) + std::string("\x08\x06\0\0\0", 5);
}

std::string webp_size(std::string_view kind, std::uint32_t width, std::uint32_t height) {
  if (kind == "VP8X") {
    return std::string(4, '\0') + little_endian(width - 1, 3) + little_endian(height - 1, 3);
  }
  if (kind == "VP8L") return "/" + little_endian((height - 1) << 14U | (width - 1), 4) + "pixels";
  return std::string("\0\0\0\x9D\x01\x2A", 6) + little_endian(width, 2) + little_endian(height, 2) + "pixels";
}

}  // namespace

std::string png(std::uint32_t width, std::uint32_t height, std::string_view more) {
  return png_with("tEXt", more, png_header(width, height));
}

std::string animated_png() {
  return png_with("acTL", "frames!!", png_header(9, 9));
}

std::string jpeg(std::uint16_t width, std::uint16_t height) {
  const std::string comment = "\xFF\xFE" + big_endian(6, 2) + "text";
  const std::string frame = "\xFF\xC2" + big_endian(11, 2) + "\x08" + big_endian(height, 2) +
                            big_endian(width, 2) + "\x01\x01\x11\x01";
  return "\xFF\xD8" + comment + "\xFF\xFF" + frame + "pixels\xFF\xD9";
}

std::string webp(std::string_view kind, std::uint32_t width, std::uint32_t height) {
  const std::string data = webp_size(kind, width, height);
  const std::string body =
      "WEBP" + std::string(kind) + little_endian(static_cast<std::uint32_t>(data.size()), 4) + data;
  return "RIFF" + little_endian(static_cast<std::uint32_t>(body.size()), 4) + body;
}

}  // namespace pollux::poll
