// Engine.IO 4 packets as they travel: one digit for the type, then a payload in UTF-8
// (https://socket.io/docs/v4/engine-io-protocol/#packet-encoding). On WebSocket one message holds one packet,
// and a binary message is the payload of a `message` packet without any type.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace pollux::engineio {

enum class PacketType : char {
  open = '0',
  close = '1',
  ping = '2',
  pong = '3',
  message = '4',
  upgrade = '5',
  noop = '6',
};

struct Packet {
  PacketType type = PacketType::noop;
  std::string_view payload;  // a view into the text that was decoded
};

// Nothing where the text is empty or does not begin with a packet type.
std::optional<Packet> decode_packet(std::string_view text);

std::string encode_packet(PacketType type, std::string_view payload = {});

}  // namespace pollux::engineio
