// The wire format of Engine.IO 4: packets (https://socket.io/docs/v4/engine-io-protocol/#packet-encoding) and
// the payloads of long-polling (…/#http-long-polling-1).
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace pollux::engineio {

// A packet is one digit for the type, then a payload in UTF-8. A WebSocket message holds one packet; a binary
// message is the payload of a `message` packet, without the digit.
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
  std::string_view payload;  // points into the decoded text
};

// nullopt if the text does not start with a packet type.
std::optional<Packet> decode_packet(std::string_view text);

std::string encode_packet(PacketType type, std::string_view payload = {});

// The body of a polling request or response: packets joined by this separator, a binary message as `b` and
// base64.
inline constexpr char record_separator = '\x1e';

struct PayloadPacket {
  bool is_binary = false;
  std::string_view text;  // if not binary: an encoded packet; points into the payload
  std::string bytes;      // if binary
};

// Reads one packet at a time, so that a payload of very many takes no memory for a list. The payload must
// outlive the reader.
class PayloadReader {
 public:
  explicit PayloadReader(std::string_view payload) : rest_(payload) {}

  // True after the last packet, and after invalid base64. An empty payload is one empty packet, and so is
  // what follows a trailing separator.
  bool at_end() const { return !rest_; }
  // The next packet; nullopt if it is malformed. Not to be called at the end.
  std::optional<PayloadPacket> next();

 private:
  std::optional<std::string_view> rest_;
};

// True if the payload has more than `count` packets; reads no further than necessary.
bool has_more_packets_than(std::size_t count, std::string_view payload);

// Appends a packet, after a separator unless it is the first. A text packet must not contain the separator:
// the protocol has no escape for it. (JSON never contains it.)
void append_text_packet(std::string& payload, std::string_view packet);
void append_binary_packet(std::string& payload, std::string_view bytes);

}  // namespace pollux::engineio
