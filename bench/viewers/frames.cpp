#include "bench/viewers/frames.hpp"

#include <stdexcept>

namespace pollux::bench {
namespace {

std::size_t header_bytes(std::string_view bytes) {
  const auto length = static_cast<unsigned char>(bytes[1]);
  if (length > 126) throw std::runtime_error("The server sent a masked frame, or one of more than 64 kB.");
  return length == 126 ? 4 : 2;
}

}  // namespace

std::optional<std::string_view> first_frame(std::string_view bytes) {
  if (bytes.size() < 2) return std::nullopt;
  const auto header = header_bytes(bytes);
  if (bytes.size() < header) return std::nullopt;
  std::size_t length = static_cast<unsigned char>(bytes[1]);
  if (header == 4) {
    length = static_cast<unsigned char>(bytes[2]) * 256U + static_cast<unsigned char>(bytes[3]);
  }
  if (bytes.size() < header + length) return std::nullopt;
  return bytes.substr(0, header + length);
}

std::string_view payload_of(std::string_view frame) {
  return frame.substr(header_bytes(frame));
}

std::string text_frame(std::string_view payload) {
  if (payload.size() > 65'535) throw std::invalid_argument("text_frame: the payload is too long.");
  std::string frame("\x81");
  if (payload.size() < 126) {
    frame += static_cast<char>(0x80 | payload.size());
  } else {
    frame += static_cast<char>(0x80 | 126);
    frame += static_cast<char>(payload.size() >> 8U);
    frame += static_cast<char>(payload.size() & 0xffU);
  }
  return frame.append(4, '\0').append(payload);
}

}  // namespace pollux::bench
