// The Socket.IO 5 server: clients connect to namespaces, exchange events with their handlers, and receive
// broadcasts.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "engineio/server.hpp"
#include "http/reply.hpp"
#include "http/request.hpp"
#include "socketio/event.hpp"
#include "socketio/namespace.hpp"
#include "socketio/options.hpp"

namespace pollux {
class IoThreads;
}

namespace pollux::engineio {
class Server;
}

namespace pollux::socketio {

struct ServerContext;

class Server {
 public:
  // `threads` are those of the HTTP server that passes its requests on. They must outlive this.
  Server(IoThreads& threads, Options options);
  // Drains and waits briefly for the connections to close. Not on an io thread.
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // Fill before the first request; must not change afterwards. Namespaces::add_dynamic() is for those that
  // come and go.
  Namespaces& namespaces();

  // Whether the request's path is Options::transport.path.
  bool serves(const http::Request& request) const;
  // Answers such a request, on its io thread.
  void handle(const http::Request& request, const http::Reply& reply) const;

  // Broadcasts may be called on any thread. The event is encoded once and posted once to each io thread;
  // handlers that the caller posts to an io thread afterwards run after it. Arguments are JSON only. Throws
  // std::invalid_argument if the event name is reserved.

  // Every socket receives every event, in order. A client that does not read is disconnected once
  // Options::transport.buffered_bytes are waiting for it.
  void broadcast(const Audience& audience, std::string_view event, const boost::json::array& arguments);

  // For a state of which only the newest matters: an unsent event is replaced by the next on its subject, so
  // at most one per subject waits for a slow client. Not stored for recovery: send the state when a client is
  // `connected`.
  void broadcast_latest(const Subject& subject, std::string_view event, const boost::json::array& arguments);

  // Closes every connection, so that clients reconnect elsewhere, and rejects new ones with 503. Returns at
  // once. Any thread.
  void drain();

  const Statistics& statistics() const;
  // Sessions by transport, upgrades, rejected requests, slow clients.
  const engineio::Statistics& transport_statistics() const;

 private:
  IoThreads& threads_;
  std::shared_ptr<ServerContext> context_;
  std::unique_ptr<engineio::Server> transport_;
};

}  // namespace pollux::socketio
