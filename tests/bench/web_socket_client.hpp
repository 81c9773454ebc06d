// The client side of WebSocket (RFC 6455) and Socket.IO that the benches need, independent of the server's
// code. Functions block; errors are exceptions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "bench/system.hpp"

namespace pollux::bench {

// The first frame in `bytes`, header included; none if it is incomplete. Accepts unmasked frames up to 65,535
// bytes.
std::optional<std::string_view> first_frame(std::string_view bytes);

// The payload of a frame that first_frame() returned.
std::string_view payload_of(std::string_view frame);

// A text frame from a client, up to 65,535 bytes, with a zero mask.
std::string text_frame(std::string_view payload);

inline constexpr std::string_view default_poll = "default";  // the poll of the settings

// The prefix of a payload with the tally of the poll with this id.
std::string tally_prefix(std::string_view poll);

// Upgrades a connection to the result service to a WebSocket, as the result page does, and joins the poll.
// Returns the first tally; `incoming` holds bytes that followed it.
std::string join_poll(int socket, std::string& incoming, std::string_view poll = default_poll);

// A WebSocket that has joined the main namespace of `socketio-fixture` and has read its first event.
Descriptor join_main_namespace(std::uint16_t port, int segment_bytes = 0);

}  // namespace pollux::bench
