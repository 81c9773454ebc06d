// The sockets of one io thread by namespace and room, and how broadcasts from other threads reach them.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_set>
#include <vector>

#include "base/io_threads.hpp"
#include "http/web_socket.hpp"
#include "socketio/event.hpp"
#include "socketio/socket.hpp"

namespace pollux::socketio {

// Used on its own thread only, except queue_latest().
class ThreadSockets {
 public:
  explicit ThreadSockets(IoThreads::Context& context) : context_(context) {}

  IoThreads::Context& context() { return context_; }
  void add(Socket& socket);
  void remove(Socket& socket);  // from its namespace and its rooms
  void join(Socket& socket, const std::string& room);
  void leave(Socket& socket, const std::string& room);

  // `number`: under which the broadcast is stored for recovery, else 0.
  void broadcast(const Audience& audience, const http::SharedMessage& packet, std::uint64_t number = 0);
  std::uint64_t newest_broadcast() const { return newest_broadcast_; }

  // Queues `packet` for send_latest(), replacing an older one on the same subject. True if nothing was
  // queued, so that the caller must post a call of send_latest(). Any thread.
  bool queue_latest(const Subject& subject, http::SharedMessage packet);
  void send_latest();

 private:
  using Group = std::unordered_set<Socket*>;
  struct Members {
    Group all;
    std::map<std::string, Group> rooms;
  };

  std::vector<std::shared_ptr<Socket>> find(const Audience& audience) const;

  IoThreads::Context& context_;
  std::map<std::string, Members> namespaces_;  // with at least one socket on this thread
  std::uint64_t newest_broadcast_ = 0;

  std::mutex mutex_;
  std::map<Subject, http::SharedMessage> latest_;
};

}  // namespace pollux::socketio
