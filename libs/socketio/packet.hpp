// Socket.IO 5 packets as text (https://socket.io/docs/v4/socket-io-protocol/#packet-encoding):
// <type>[<attachments>-][<namespace>,][<ack id>][<JSON>]. Binary attachments follow as separate messages.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <boost/json/value.hpp>

#include "base/result.hpp"
#include "socketio/event.hpp"

namespace pollux::socketio {

enum class PacketType : char {
  connect = '0',
  disconnect = '1',
  event = '2',
  ack = '3',
  connect_error = '4',
  binary_event = '5',
  binary_ack = '6',
};

struct Packet {
  PacketType type = PacketType::event;
  std::size_t attachments = 0;  // number of binary messages that follow; only for the binary types
  std::string namespace_name = "/";
  std::optional<std::uint64_t> id;         // for an event: request for an acknowledgement
  std::optional<boost::json::value> data;  // valid for the type; placeholders refer to attachments
};

struct PacketLimits {
  std::size_t json_depth = 64;
  std::size_t namespace_bytes = 256;
  std::size_t attachments = 10;
};

// The largest integer that a JavaScript number holds exactly.
inline constexpr std::uint64_t max_ack_id = 9'007'199'254'740'991;

// Decodes and validates a packet from a client: CONNECT has an object or no data, DISCONNECT no data, an
// event an array that starts with a name that is not reserved, an acknowledgement an id and an array. Each
// attachment has exactly one placeholder.
Result<Packet> decode(std::string_view text, const PacketLimits& limits = {});

// Whether Socket.IO libraries raise an event of this name themselves. Such events are never sent.
bool is_reserved_event(std::string_view name);

std::string encode(const Packet& packet);

struct EventExtras {
  std::optional<std::uint64_t> id{};  // requests an acknowledgement
  std::string_view last{};            // the JSON of one more argument
};

// Encode without copying the arguments. Placeholders are not validated.
std::string encode_event(std::string_view namespace_name, std::string_view event, const Arguments& arguments,
                         const EventExtras& extras = {});
std::string encode_ack(std::string_view namespace_name, std::uint64_t id, const Arguments& arguments);

}  // namespace pollux::socketio
