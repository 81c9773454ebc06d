// From an accepted upgrade request to a WebSocket. Behind this header an implementation can be exchanged.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "http/io.hpp"
#include "http/refusal.hpp"
#include "http/request.hpp"
#include "http/web_socket.hpp"

namespace pollux::http {

class Lane;

// What is wrong with the client's opening handshake (RFC 6455, section 4.2.1), or nothing.
std::optional<Refusal> check_web_socket_handshake(const Request& request);

// The 101 for a client that sent that Sec-WebSocket-Key.
std::string web_socket_handshake_answer(std::string_view key);

// Answers a handshake that was found good, and goes on as a WebSocket of that lane. On the lane's io thread.
void start_web_socket(std::shared_ptr<Lane> lane, Socket socket, const Request& request,
                      const WebSocketOptions& options, std::shared_ptr<WebSocketListener> listener);

}  // namespace pollux::http
