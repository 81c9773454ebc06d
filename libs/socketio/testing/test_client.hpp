// A Socket.IO client on the raw WebSocket client.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <thread>

#include "base/testing/eventually.hpp"
#include "engineio/testing/web_socket_client.hpp"

namespace pollux::socketio::testing {

// Connected, with the Engine.IO handshake received.
class TestClient : public engineio::testing::WebSocketClient {
 public:
  explicit TestClient(std::uint16_t port) : WebSocketClient(port, "/socket.io/?EIO=4&transport=websocket") {
    open_ = receive_text();
  }

  const std::string& open() const { return open_; }

  // Connects to a namespace ("" or "/custom,") and receives the answer and the `auth` event.
  void connect(const std::string& name = {}) {
    send_text("40" + name);
    receive_event();
    receive_event();
  }

  // The next text message other than a ping. Answers pings.
  std::string receive_event() {
    for (;;) {
      std::string text = receive_text();
      if (text != "2") return text;
      send_text("3");
    }
  }

 private:
  std::string open_;
};

}  // namespace pollux::socketio::testing
