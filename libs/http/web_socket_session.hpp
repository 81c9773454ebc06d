// From an accepted upgrade request to a WebSocket. Behind this header an implementation can be exchanged.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "http/error_response.hpp"
#include "http/io.hpp"
#include "http/request.hpp"
#include "http/web_socket.hpp"

namespace pollux::http {

class IoWorker;

// What is wrong with the client's opening handshake (RFC 6455, section 4.2.1), or nothing.
std::optional<ErrorResponse> check_web_socket_handshake(const Request& request);

// The 101 for a client that sent that Sec-WebSocket-Key.
std::string web_socket_handshake_answer(std::string_view key);

// Answers a handshake that was found good, and goes on as a WebSocket of that worker. On the worker's io
// thread.
void start_web_socket(std::shared_ptr<IoWorker> worker, Socket socket, const Request& request,
                      const WebSocketOptions& options, std::shared_ptr<WebSocketListener> listener);

}  // namespace pollux::http
