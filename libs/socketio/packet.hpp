// Socket.IO 5 packets as text (https://socket.io/docs/v4/socket-io-protocol/#packet-encoding):
// <type>[<attachments>-][<namespace>,][<ack id>][<JSON>]. Binary attachments follow in messages of their own.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <boost/json/value.hpp>

#include "base/result.hpp"
#include "socketio/arguments.hpp"

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
  std::size_t attachments = 0;  // how many binary messages follow; only for the binary types
  std::string namespace_name = "/";
  std::optional<std::uint64_t> id;         // for an event: the client wants an answer with this id
  std::optional<boost::json::value> data;  // checked against the type; placeholders stand for attachments
};

struct PacketLimits {
  std::size_t json_depth = 64;
  std::size_t namespace_bytes = 256;
  std::size_t attachments = 10;  // of one packet
};

// The largest ack id: what a browser's numbers hold exactly.
inline constexpr std::uint64_t max_ack_id = 9'007'199'254'740'991;

// What a client may send, complete: `connect` has an object or nothing, `disconnect` nothing, an event an
// array with a name that is not reserved, an ack an array and an id. Each attachment is stood for exactly
// once. One sentence says what is wrong otherwise.
Result<Packet> decode(std::string_view text, const PacketLimits& limits = {});

// True for the names of events that a library itself raises on either side; they never travel.
bool is_reserved_event(std::string_view name);

std::string encode(const Packet& packet);

// What an event may have beside its arguments: the id by which its answer comes, and the JSON of one argument
// more.
struct EventExtras {
  std::optional<std::uint64_t> id{};
  std::string_view last{};
};

// These encode without copying the arguments. They do not check placeholders.
std::string encode_event(std::string_view namespace_name, std::string_view event, const Arguments& arguments,
                         const EventExtras& extras = {});
std::string encode_ack(std::string_view namespace_name, std::uint64_t id, const Arguments& arguments);

}  // namespace pollux::socketio
