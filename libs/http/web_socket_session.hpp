// From an accepted upgrade request to a WebSocket.
#pragma once

#include <memory>

#include "http/io_worker.hpp"
#include "http/request.hpp"
#include "http/web_socket.hpp"

namespace pollux::http {

// Sends the 101 to a handshake that check_web_socket_handshake() accepts. From then on `socket`, which
// `worker` has accepted, is a WebSocket, and its events go to `listener`. On the worker's io thread; the
// views of `request` are used only during the call.
void start_web_socket(std::shared_ptr<IoWorker> worker, Socket socket, const Request& request,
                      const WebSocketOptions& options, std::shared_ptr<WebSocketListener> listener);

}  // namespace pollux::http
