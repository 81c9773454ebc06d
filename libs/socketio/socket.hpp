// One client in one namespace.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "engineio/session.hpp"
#include "http/web_socket.hpp"
#include "socketio/event.hpp"
#include "socketio/recovery.hpp"

namespace pollux::socketio {

class Client;
class ThreadSockets;

// Used on the socket's io thread only, where its namespace's handlers are called. Has no effect after the
// socket has disconnected.
class Socket : public std::enable_shared_from_this<Socket> {
 public:
  Socket(Client& client, ThreadSockets& peers, std::string id, std::string namespace_name);
  ~Socket();
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;

  const std::string& id() const { return id_; }  // public; unrelated to the id of the Engine.IO session
  const std::string& namespace_name() const { return namespace_name_; }
  bool is_connected() const { return client_ != nullptr; }

  // Sends an event. Throws std::invalid_argument if the name is reserved.
  void emit(std::string_view event, const Arguments& arguments = {});

  // Sends an event that the client acknowledges, and calls `callback` exactly once: with the arguments of the
  // acknowledgement, with `unavailable` if it did not arrive within `time` or before the socket disconnected,
  // or with `full` if Options::pending_acks_per_socket are pending, in which case nothing is sent. Errors may
  // be reported within this call. Not called if the io threads stop first. These events are not stored for
  // recovery.
  using AckCallback = std::function<void(const Result<Arguments>& answer)>;
  void emit_with_ack(std::string_view event, const Arguments& arguments, std::chrono::milliseconds time,
                     AckCallback callback);

  // Whether this continues an earlier connection of the client, with its id and rooms: see Options::recovery.
  bool recovered() const;

  // Rooms are groups of sockets of one namespace, to broadcast to. False if Options::rooms_per_socket are
  // joined.
  bool join(const std::string& room);
  void leave(const std::string& room);
  const std::vector<std::string>& rooms() const { return rooms_; }

  // Disconnects the client from this namespace and calls `disconnected`. The client does not reconnect by
  // itself. Its connection stays open for other namespaces.
  void disconnect();

 private:
  friend class Client;
  friend class ThreadSockets;
  friend class Acknowledge;

  // State that few sockets need: pending acknowledgements and recovery.
  struct Extras;

  Extras& extras();
  void prepare_recovery(std::string private_id, Recovery::Position start);
  void resume(Recovery::Recovered recovered);
  std::optional<Recovery::Session> session() const;
  std::uint64_t newest_broadcast() const;  // that was sent to the client or will be
  // Whether resume() has sent a broadcast that reaches this thread only now. 0: not a stored broadcast.
  bool was_replayed(std::uint64_t broadcast) const;
  const std::string& private_id() const;
  void receive_ack(std::uint64_t id, const Arguments& answer);
  void expire_acks();
  std::vector<AckCallback> take_pending_acks();
  void acknowledge(std::uint64_t id, const Arguments& arguments);
  void send(const http::SharedMessage& packet);
  void send_latest(const Subject& subject, const http::SharedMessage& packet);
  bool has_pending() const { return !pending_.empty(); }
  void send_pending();
  void detach();

  Client* client_;  // null once disconnected
  ThreadSockets& peers_;
  std::string id_;
  std::string namespace_name_;
  std::vector<std::string> rooms_;
  // The newest event per subject, while the client is slow.
  std::vector<std::pair<Subject, http::SharedMessage>> pending_;
  std::unique_ptr<Extras> extras_;
};

// Acknowledges one event. False if its sender did not ask for an acknowledgement. Only the first call has an
// effect, at any later time, on the socket's io thread. Copies share the one acknowledgement.
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
