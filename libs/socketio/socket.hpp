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
#include "engineio/close_reason.hpp"
#include "http/web_socket.hpp"
#include "socketio/arguments.hpp"
#include "socketio/audience.hpp"
#include "socketio/recovery.hpp"

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

  // Sends an event to which the client answers, and calls `answered` exactly once: with the answer, or with
  // an error where it has not come within `time` or before the end (`unavailable`), or where the client owes
  // Options::answers_per_socket of them already (`full`; nothing is sent). Errors may come within this call.
  // Not called where the io threads stop before. Such events are not kept for recovery.
  using Answered = std::function<void(const Result<Arguments>& answer)>;
  void emit_with_ack(std::string_view event, const Arguments& arguments, std::chrono::milliseconds time,
                     Answered answered);

  // Whether this goes on where an earlier connection of the client ended, with its id and rooms:
  // Options::recovery.
  bool recovered() const;

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

  // What few sockets need: answers that are awaited, and recovery.
  struct Extras;

  Extras& extras();
  void prepare_recovery(std::string private_id, Recovery::Position start);
  void go_on(Recovery::Recovered recovered);
  std::optional<Recovery::Session> session() const;
  // The newest that the client was sent, or will be.
  std::uint64_t newest_broadcast() const;
  // Whether a broadcast was given to the client when it came back, before it arrives here; 0 never was.
  bool was_replayed(std::uint64_t broadcast) const;
  const std::string& private_id() const;
  void take_answer(std::uint64_t id, const Arguments& answer);
  void give_up_overdue_answers();
  std::vector<Answered> take_unanswered();
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
  std::unique_ptr<Extras> extras_;
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
