// For tests: what tests of WebSockets have in common.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "http/web_socket.hpp"

namespace pollux::http {

inline SharedMessage shared_message(std::string message) {
  return std::make_shared<const std::string>(std::move(message));
}

// Takes every message and sends none.
class SilentListener : public WebSocketListener {
 public:
  void on_open(std::shared_ptr<WebSocket>) override {}
  void on_text(std::string_view) override {}
  void on_binary(std::string_view) override {}
  void on_close() override {}
};

}  // namespace pollux::http
