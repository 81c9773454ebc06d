// A WebSocket client on a plain socket for tests: it can send what a proper one never would, and every wait
// has a deadline.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "engineio/testing/wire.hpp"

namespace pollux::engineio::testing {

// What arrives on a WebSocket. Exactly one of the kinds.
struct Arrival {
  enum class Kind {
    text,
    binary,
    close,
    end,
    nothing
  };  // a close frame; the end of the connection; the deadline

  Kind kind = Kind::nothing;
  std::string payload;

  bool is_over() const { return kind == Kind::close || kind == Kind::end; }
  // The code of a close frame, 0 without one.
  std::uint16_t close_code() const;
};

class WebSocketClient {
 public:
  // Asks 127.0.0.1:port to upgrade; `fields` are more header fields, each with its end of line.
  WebSocketClient(std::uint16_t port, const std::string& target, const std::string& fields = {});

  const Answer& answer() const { return answer_; }
  bool is_upgraded() const { return answer_.status == 101; }

  void send_text(std::string_view message) { send_frame(0x81, message); }
  void send_binary(std::string_view message) { send_frame(0x82, message); }
  void send_frame(std::uint8_t first_byte, std::string_view payload);  // masked

  Arrival receive(std::chrono::milliseconds wait = longest_wait);
  // The next text message; "<kind>" in angle brackets if something else arrived.
  std::string receive_text(std::chrono::milliseconds wait = longest_wait);
  std::string receive_binary(std::chrono::milliseconds wait = longest_wait);
  // True if the connection is closed in time; messages before that are skipped.
  bool is_closed_within(std::chrono::milliseconds wait = longest_wait);

 private:
  std::optional<Arrival> take_frame();

  Wire wire_;
  Answer answer_;
};

}  // namespace pollux::engineio::testing
