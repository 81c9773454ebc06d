#include "engineio/packet.hpp"

namespace pollux::engineio {

std::optional<Packet> decode_packet(std::string_view text) {
  if (text.empty() || text.front() < '0' || text.front() > '6') return std::nullopt;
  return Packet{static_cast<PacketType>(text.front()), text.substr(1)};
}

std::string encode_packet(PacketType type, std::string_view payload) {
  std::string text;
  text.reserve(1 + payload.size());
  text += static_cast<char>(type);
  text += payload;
  return text;
}

}  // namespace pollux::engineio
