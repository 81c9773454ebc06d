// The body of a polling request or answer: packets joined by the record separator, a binary message as `b`
// and base64 (https://socket.io/docs/v4/engine-io-protocol/#http-long-polling-1).
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace pollux::engineio {

inline constexpr char record_separator = '\x1e';

// A packet within a payload.
struct PayloadPacket {
  bool is_binary = false;
  std::string_view text;  // where not binary: still encoded, see packet.hpp; a view into the payload
  std::string bytes;      // where binary
};

// Reads one packet after the other, so that a payload of very many costs no memory for a list of them. The
// payload outlives the reader.
class PayloadReader {
 public:
  explicit PayloadReader(std::string_view payload) : rest_(payload) {}

  // True after the last packet, and after a binary one that is not valid base64. An empty payload is one
  // empty packet, and so is what follows a trailing separator.
  bool at_end() const { return !rest_; }
  // The next packet; nothing where it is malformed. Not at the end.
  std::optional<PayloadPacket> next();

 private:
  std::optional<std::string_view> rest_;
};

// Whether the payload has more than so many packets; looks no further than it takes to know.
bool has_more_packets_than(std::size_t count, std::string_view payload);

// Appends a packet, after a separator where it is not the first. A text packet must not contain the
// separator: the protocol has no escape for it. (JSON never does.)
void append_text_packet(std::string& payload, std::string_view packet);
void append_binary_packet(std::string& payload, std::string_view bytes);

}  // namespace pollux::engineio
