// The namespaces of a server, and what it does in each.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include "socketio/socket.hpp"

namespace pollux::socketio {

// Sent to a client that may not connect to a namespace: {"message":…[,"data":…]}.
struct ConnectError {
  std::string message;
  std::optional<boost::json::value> data;
};

// The handlers of a namespace, shared by all its sockets. They run on the socket's io thread and must not
// block. If one throws, its client is disconnected.
struct Namespace {
  using Auth = boost::json::object;  // sent by the client to connect; empty if it sent none
  using Event = std::function<void(const std::shared_ptr<Socket>&, const Arguments&, const Acknowledge&)>;

  // Rejects a client by returning an error. Called before its socket exists. Unset: every client is admitted.
  std::function<std::optional<ConnectError>(const std::string& namespace_name, const Auth& auth)> admit;
  // The client has received its CONNECT, and receives broadcasts. If Socket::recovered(), the
  // events that it missed have been sent too.
  std::function<void(const std::shared_ptr<Socket>&, const Auth&)> connected;
  // Called once after `connected`; nothing can be sent any more.
  std::function<void(const std::shared_ptr<Socket>&, engineio::CloseReason)> disconnected;
  // By event name; other events are ignored. Arguments are untrusted: validate them.
  std::map<std::string, Event, std::less<>> events;
};

// Filled by one thread before the first request, read-only afterwards and safe on any thread.
class Namespaces {
 public:
  using Matches = std::function<bool(std::string_view name)>;

  Namespaces& add(std::string name, Namespace behavior);
  // For every name that `matches` accepts and that was not added by name; the first match wins.
  Namespaces& add_matching(Matches matches, Namespace behavior);

  // Null if there is none. Valid for the lifetime of this object.
  const Namespace* find(std::string_view name) const;

 private:
  std::map<std::string, Namespace, std::less<>> exact_;
  std::vector<std::pair<Matches, Namespace>> matching_;
};

}  // namespace pollux::socketio
