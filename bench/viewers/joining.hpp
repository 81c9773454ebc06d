#pragma once

#include <string>
#include <string_view>

namespace pollux::bench {

// How the payload of a frame with a tally begins.
inline constexpr std::string_view tally_beginning = "42/polls/default,[\"tally\",";

// Makes a viewer of a connection to the result service, as the result page is one: a WebSocket that has
// joined the poll. Returns the tally that it is told at once; bytes that came behind it are in `incoming`.
// Blocks.
std::string join_poll(int socket, std::string& incoming);

}  // namespace pollux::bench
