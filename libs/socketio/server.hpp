// The Socket.IO 5 server: clients connect to namespaces, exchange events with their handlers, and receive
// broadcasts.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "engineio/statistics.hpp"
#include "http/reply.hpp"
#include "http/request.hpp"
#include "socketio/audience.hpp"
#include "socketio/namespaces.hpp"
#include "socketio/options.hpp"
#include "socketio/statistics.hpp"

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
  // The io threads are those of the HTTP server whose requests are handled; they outlive this.
  Server(IoThreads& threads, Options options);
  // Drains, and waits a little for the connections to end. Not on an io thread.
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // To be filled before the first request, and left alone from then on.
  Namespaces& namespaces();

  // Whether the request is under our path.
  bool serves(const http::Request& request) const;
  // Answers a request under our path. On the request's io thread.
  void handle(const http::Request& request, const http::Reply& reply) const;

  // Broadcasts may be called on any thread. The event is encoded once, for all of the audience, and reaches
  // each io thread once. Arguments are JSON only. Throws std::invalid_argument where the name of the event is
  // reserved. What the caller posts to an io thread afterwards is done after the broadcast there.

  // Every socket gets every event, in order; one that does not read is dropped past
  // Options::transport.buffered_bytes.
  void broadcast(const Audience& audience, std::string_view event, const boost::json::array& arguments);

  // For a state of which only the newest counts: where events of a subject come faster than they can be sent,
  // older ones give way to newer ones, so that what waits for a slow client stays bounded. Not kept for
  // recovery: send the state when the client is `connected`.
  void broadcast_latest(const Subject& subject, std::string_view event, const boost::json::array& arguments);

  // Closes every connection, so that clients connect again elsewhere, and refuses new ones with 503. Returns
  // at once. Any thread.
  void drain();

  const Statistics& statistics() const;
  const engineio::Statistics& transport_statistics()
      const;  // sessions by transport, upgrades, refusals, slow clients

 private:
  IoThreads& threads_;
  std::shared_ptr<ServerContext> context_;
  std::unique_ptr<engineio::Server> transport_;
};

}  // namespace pollux::socketio
