// The namespaces of a server, and what it does in each.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include "base/result.hpp"
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

// Filled by one thread before the first request, and then safe on any thread. Copies share the dynamic
// namespaces.
class Namespaces {
 public:
  using Matches = std::function<bool(std::string_view name)>;
  // The namespace of that name, or null if there is none. `auth` is that of the client that asks for it.
  // Called on the client's io thread: must not block. If it throws, its client is disconnected.
  using Open =
      std::function<std::shared_ptr<const Namespace>(const std::string& name, const Namespace::Auth& auth)>;

  Namespaces();

  Namespaces& add(std::string name, Namespace behavior);

  // Dynamic namespaces exist while they have sockets. A client may ask for any name that was not added by
  // name; the first of the following that has it decides.

  // Every name that `matches` accepts.
  Namespaces& add_matching(Matches matches, Namespace behavior);
  // Every name for which `open` returns a namespace. It is asked about the first client of a name; the others
  // share what it returned until the last of them has disconnected, and may be rejected by Namespace::admit.
  // Then the namespace is destroyed, with what its handlers own, on the io thread of the last client. If
  // several first clients come at once, `open` may be called for each of them, and only one result is kept.
  Namespaces& add_dynamic(Open open);

  // For a client that wants to connect to `name`. Errors have the message for that client: "Invalid
  // namespace", or `full` "Too many namespaces" if there are `max_dynamic` dynamic ones. A dynamic namespace
  // exists as long as someone has what this returned.
  Result<std::shared_ptr<const Namespace>> find(const std::string& name, const Namespace::Auth& auth,
                                                std::size_t max_dynamic) const;

  // How many dynamic namespaces there are now.
  std::size_t dynamic_count() const;

 private:
  class Dynamic;

  std::map<std::string, std::shared_ptr<const Namespace>> exact_;
  std::vector<Open> parents_;
  std::shared_ptr<Dynamic> dynamic_;
};

}  // namespace pollux::socketio
