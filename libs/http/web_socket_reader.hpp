// From a client's bytes to its messages: frames put together, unmasked, and held to RFC 6455. Free of
// sockets.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "http/web_socket_frame.hpp"

namespace pollux::http {

// What has arrived. A payload is a view that holds until the reader's next call.
struct Incoming {
  enum class Kind { text, binary, ping, pong, close, violation };
  Kind kind = Kind::violation;
  std::string_view payload{};
  // Of a close: the client's code, 1005 where it gave none. Of a violation: the code to close with, 1002,
  // 1007 or 1009; nothing may be read after it.
  std::uint16_t code = 0;
};

// Costs a few dozen bytes while nothing is half-way: a frame that arrives in one piece is read where it lies.
// What is half-way takes memory as it comes, never for a length that was only promised.
class WebSocketReader {
 public:
  explicit WebSocketReader(std::size_t max_message_bytes) : max_message_bytes_(max_message_bytes) {}

  // Takes bytes from the front of `bytes`, unmasking them in place, until something has arrived; nothing
  // where it took all of them and needs more.
  std::optional<Incoming> next(std::span<char>& bytes);

 private:
  // Of the frame and the message that are not complete.
  struct Partial {
    std::array<char, IncomingHeader::longest> header_bytes{};
    std::size_t header_size = 0;
    IncomingHeader header{};
    bool is_in_payload = false;    // the header is complete
    std::uint64_t received = 0;    // of this frame's payload
    std::optional<Opcode> kind{};  // of the message, from its first frame on
    std::string message{};
    std::string control{};  // a control frame may come between a message's fragments
    bool message_is_delivered = false;
  };

  std::optional<Incoming> next_in_one_piece(std::span<char>& bytes) const;
  std::optional<Incoming> next_in_pieces(std::span<char>& bytes);
  std::optional<Incoming> take_header(std::span<char>& bytes);
  void take_payload(std::span<char>& bytes);
  std::optional<Incoming> finish_frame();
  void forget_delivered();

  std::size_t max_message_bytes_;
  std::unique_ptr<Partial> partial_;
};

}  // namespace pollux::http
