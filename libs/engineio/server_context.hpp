// What all sessions of a server have in common.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <utility>

#include "engineio/handshake.hpp"
#include "engineio/options.hpp"
#include "engineio/packet.hpp"
#include "engineio/session_registry.hpp"
#include "engineio/statistics.hpp"
#include "http/reply.hpp"
#include "http/web_socket.hpp"

namespace pollux::engineio {

struct ServerContext {
  explicit ServerContext(Options given)
      : options(std::move(given)),
        registry(std::make_shared<SessionRegistry>(options.sessions, options.sessions_per_address)) {}

  const Options options;
  const std::shared_ptr<SessionRegistry> registry;
  Statistics statistics;
  std::atomic<bool> draining{false};
  const http::SharedMessage ping = std::make_shared<const std::string>(encode_packet(PacketType::ping));

  http::WebSocketOptions web_socket_options() const;
  // Counts a refused request, and answers it. Any thread.
  void reject(RejectReason reason, const http::Request& request, const http::Reply& reply);
  // Answers a poll or a post with these bytes. Any thread.
  void answer(http::Body body, const http::Request& request, const http::Reply& reply) const;
};

}  // namespace pollux::engineio
