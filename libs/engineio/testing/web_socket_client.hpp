// For tests: a WebSocket client that can send what a proper one never would.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "http/testing/wire_client.hpp"

namespace pollux::engineio::testing {

// What arrives on a WebSocket.
struct Arrival {
  enum class Kind {
    text,
    binary,
    close,    // a close frame
    end,      // of the connection
    nothing,  // until the deadline
  };

  Kind kind = Kind::nothing;
  std::string payload{};
  unsigned close_code = 0;  // of a close frame; 0: none

  bool is_over() const { return kind == Kind::close || kind == Kind::end; }
};

class WebSocketClient {
 public:
  // Asks 127.0.0.1:port to upgrade; `fields` are more header fields, each with its end of line.
  WebSocketClient(std::uint16_t port, const std::string& target, const std::string& fields = {});

  const http::WireAnswer& answer() const { return answer_; }
  bool is_upgraded() const { return answer_.status == 101; }

  void send_text(std::string_view message) { send_frame(0x81, message); }
  void send_binary(std::string_view message) { send_frame(0x82, message); }
  void send_frame(std::uint8_t first_byte, std::string_view payload) {
    wire_.send_frame(first_byte, payload);
  }

  Arrival receive(std::chrono::milliseconds wait = http::longest_wait);
  // The next text message; "<kind>" in angle brackets if something else arrived.
  std::string receive_text(std::chrono::milliseconds wait = http::longest_wait);
  std::string receive_binary(std::chrono::milliseconds wait = http::longest_wait);
  // True if the connection is closed in time; messages before that are skipped.
  bool is_closed_within(std::chrono::milliseconds wait = http::longest_wait);

 private:
  http::WireClient wire_;
  http::WireAnswer answer_;
};

}  // namespace pollux::engineio::testing
