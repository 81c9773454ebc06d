// From an accepted upgrade request to a WebSocket.
#pragma once

#include <memory>

#include "http/io_worker.hpp"
#include "http/request.hpp"
#include "http/web_socket.hpp"

namespace pollux::http {

// Answers a valid handshake and continues as a WebSocket of that worker. On the worker's io thread.
void start_web_socket(std::shared_ptr<IoWorker> worker, Socket socket, const Request& request,
                      const WebSocketOptions& options, std::shared_ptr<WebSocketListener> listener);

}  // namespace pollux::http
