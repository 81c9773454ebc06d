// One client in one namespace.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engineio/close_reason.hpp"
#include "http/web_socket.hpp"
#include "socketio/arguments.hpp"
#include "socketio/audience.hpp"

namespace pollux::socketio {

class Client;
class ThreadSockets;

// All members are for the socket's io thread, on which the handlers of its namespace are called. After the
// socket has disconnected they do nothing.
class Socket : public std::enable_shared_from_this<Socket> {
 public:
  Socket(Client& client, ThreadSockets& neighbours, std::string id, std::string namespace_name);
  ~Socket();
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;

  const std::string& id() const { return id_; }  // public, of this namespace; says nothing of the session's
  const std::string& namespace_name() const { return namespace_name_; }
  bool is_connected() const { return client_ != nullptr; }

  // Sends an event. Throws std::invalid_argument where the name is reserved.
  void emit(std::string_view event, const Arguments& arguments = {});

  // Rooms are groups of sockets of one namespace, to broadcast to. False past Options::rooms_per_socket.
  bool join(const std::string& room);
  void leave(const std::string& room);
  const std::vector<std::string>& rooms() const { return rooms_; }

  // Tells the client, which does not connect again by itself, and calls `disconnected`. The connection stays
  // open for other namespaces.
  void disconnect();

 private:
  friend class Client;
  friend class ThreadSockets;
  friend class Acknowledge;

  void acknowledge(std::uint64_t id, const Arguments& arguments);
  void send(const http::SharedMessage& packet);
  void send_latest(const Subject& subject, const http::SharedMessage& packet);
  bool has_pending() const { return !pending_.empty(); }
  void send_pending();
  void detach();

  Client* client_;  // null once disconnected
  ThreadSockets& neighbours_;
  std::string id_;
  std::string namespace_name_;
  std::vector<std::string> rooms_;
  std::vector<std::pair<Subject, http::SharedMessage>> pending_;  // the newest, for when the client has read
};

// Answers one event, where its sender wants an answer: test with operator bool. The first call counts; on the
// socket's io thread, any time later. Copies share the one answer.
class Acknowledge {
 public:
  Acknowledge() = default;
  Acknowledge(const std::shared_ptr<Socket>& socket, std::uint64_t id);

  explicit operator bool() const { return request_ != nullptr; }
  void operator()(const Arguments& arguments = {}) const;

 private:
  struct Request {
    std::weak_ptr<Socket> socket;
    std::uint64_t id;
  };

  std::shared_ptr<Request> request_;
};

}  // namespace pollux::socketio
