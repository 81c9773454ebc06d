// The Engine.IO 4 server: opens sessions for the requests under its path, and serves them by long-polling and
// WebSocket.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <vector>

#include "engineio/connection.hpp"
#include "engineio/handshake.hpp"
#include "engineio/options.hpp"
#include "engineio/statistics.hpp"
#include "http/reply.hpp"
#include "http/request.hpp"

namespace pollux {
class IoThreads;
}

namespace pollux::engineio {

struct ServerContext;
class ThreadSessions;

class Server {
 public:
  // Makes the listener of a session that is about to open; called on the request's io thread. The session may
  // still fail to open, in which case the listener is destroyed without a call.
  using Accept = std::function<std::shared_ptr<Listener>(const http::Request&)>;

  // The io threads are those of the HTTP server whose requests are handled; they outlive this.
  Server(IoThreads& threads, Options options, Accept accept);
  // Drains, and waits for the sessions to end, for little more than Options::close_timeout. Not on an io
  // thread. Where these have been stopped the sessions are destroyed without on_close.
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // Whether the request is under our path.
  bool serves(const http::Request& request) const;
  // Answers a request under our path. On the request's io thread.
  void handle(const http::Request& request, const http::Reply& reply) const;

  // Closes every session, so that clients connect again elsewhere, and refuses new ones with 503. Returns at
  // once; the connections end within Options::close_timeout. Any thread.
  void drain();

  const Statistics& statistics() const;

 private:
  void open(const http::Request& request, const Target& target, const http::Reply& reply) const;
  void pass_on(const http::Request& request, const Target& target, const http::Reply& reply) const;
  const std::shared_ptr<ThreadSessions>& current_thread() const;

  std::shared_ptr<ServerContext> context_;
  Accept accept_;
  std::vector<std::shared_ptr<ThreadSessions>> threads_;
};

}  // namespace pollux::engineio
