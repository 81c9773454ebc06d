// What a server does in a namespace: its handlers, the same for all of its sockets.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include "socketio/socket.hpp"

namespace pollux::socketio {

// Why a client may not connect to a namespace, for the client: {"message":…[,"data":…]}.
struct ConnectError {
  std::string message;
  std::optional<boost::json::value> data;
};

// Handlers are called on the socket's io thread and must not block. One that throws ends its client's
// connection.
struct Namespace {
  using Auth = boost::json::object;  // what the client sent to connect; empty where it sent nothing
  using Event = std::function<void(const std::shared_ptr<Socket>&, const Arguments&, const Acknowledge&)>;

  // Whether a client may connect; unset: always. Called before there is a socket.
  std::function<std::optional<ConnectError>(const std::string& namespace_name, const Auth& auth)> admit;
  // The client knows that it is connected, and broadcasts reach it. Where Socket::recovered() it has also
  // been sent what it had missed.
  std::function<void(const std::shared_ptr<Socket>&, const Auth&)> connected;
  // Nothing can be sent any more. Once after `connected`.
  std::function<void(const std::shared_ptr<Socket>&, engineio::CloseReason)> disconnected;
  // By name; other events are ignored. Arguments are whatever the client sent: check them.
  std::map<std::string, Event, std::less<>> events;
};

}  // namespace pollux::socketio
