// Parses a client's bytes into messages and control frames, and enforces RFC 6455. Does no input or output.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "http/web_socket_protocol.hpp"

namespace pollux::http {

// A message, control frame or violation. The payload is valid until the reader's next call.
struct Incoming {
  enum class Kind { text, binary, ping, pong, close, violation };
  Kind kind = Kind::violation;
  std::string_view payload{};
  // Of a close: the client's code, 1005 if it sent none. Of a violation: the code to close with, 1002, 1007
  // or 1009; the reader must not be used afterwards.
  std::uint16_t code = 0;
};

// An idle reader takes a few dozen bytes: a frame that arrives whole is parsed in place. Buffers for partial
// frames grow as bytes arrive, not by the announced length.
class WebSocketReader {
 public:
  explicit WebSocketReader(std::size_t max_message_bytes) : max_message_bytes_(max_message_bytes) {}

  // Removes from `bytes` what it has parsed, up to the end of a message, control frame or violation, which it
  // returns; nullopt if it took all bytes and needs more. Payloads are unmasked in place.
  std::optional<Incoming> next(std::span<char>& bytes);

 private:
  // The incomplete frame and message.
  struct Partial {
    std::array<char, IncomingHeader::max_bytes> header_bytes{};
    std::size_t header_size = 0;
    IncomingHeader header{};
    bool is_in_payload = false;    // the header is complete
    std::uint64_t received = 0;    // of this frame's payload
    std::optional<Opcode> kind{};  // of the message, from its first frame on
    std::string message{};
    std::string control{};  // control frames may come between the fragments of a message
    bool message_is_delivered = false;
  };

  std::optional<Incoming> next_in_place(std::span<char>& bytes) const;
  std::optional<Incoming> next_from_parts(std::span<char>& bytes);
  std::optional<Incoming> take_header(std::span<char>& bytes);
  void take_payload(std::span<char>& bytes);
  std::optional<Incoming> finish_frame();
  void forget_delivered();

  std::size_t max_message_bytes_;
  std::unique_ptr<Partial> partial_;
};

}  // namespace pollux::http
