// The sockets of one io thread by namespace and room, and the way by which broadcasts of other threads reach
// them.
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
#include "socketio/audience.hpp"
#include "socketio/socket.hpp"

namespace pollux::socketio {

// All members are for the thread itself, except offer_latest().
class ThreadSockets {
 public:
  explicit ThreadSockets(IoThreads::Context& context) : context_(context) {}

  IoThreads::Context& context() { return context_; }
  void add(Socket& socket);
  void remove(Socket& socket);  // from its namespace and its rooms
  void join(Socket& socket, const std::string& room);
  void leave(Socket& socket, const std::string& room);

  // `number`: by which the broadcast is kept for recovery, else 0.
  void broadcast(const Audience& audience, const http::SharedMessage& packet, std::uint64_t number = 0);
  std::uint64_t newest_broadcast() const { return newest_broadcast_; }

  // Leaves `packet` for send_latest(), in place of an older one of the same subject. True where nothing was
  // waiting, so that send_latest() has to be posted. Any thread.
  bool offer_latest(const Subject& subject, http::SharedMessage packet);
  void send_latest();

 private:
  using Group = std::unordered_set<Socket*>;
  struct Members {
    Group all;
    std::map<std::string, Group> rooms;
  };

  std::vector<std::shared_ptr<Socket>> find(const Audience& audience) const;

  IoThreads::Context& context_;
  std::map<std::string, Members> namespaces_;  // those that have sockets here
  std::uint64_t newest_broadcast_ = 0;

  std::mutex mutex_;
  std::map<Subject, http::SharedMessage> latest_;
};

}  // namespace pollux::socketio
