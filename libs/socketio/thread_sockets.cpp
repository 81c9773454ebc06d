#include "socketio/thread_sockets.hpp"

#include <utility>

namespace pollux::socketio {

void ThreadSockets::add(Socket& socket) {
  namespaces_[socket.namespace_name()].all.insert(&socket);
}

void ThreadSockets::remove(Socket& socket) {
  const auto members = namespaces_.find(socket.namespace_name());
  if (members == namespaces_.end()) return;
  for (const auto& room : socket.rooms()) leave(socket, room);
  members->second.all.erase(&socket);
  if (members->second.all.empty()) namespaces_.erase(members);
}

void ThreadSockets::join(Socket& socket, const std::string& room) {
  namespaces_[socket.namespace_name()].rooms[room].insert(&socket);
}

void ThreadSockets::leave(Socket& socket, const std::string& room) {
  const auto members = namespaces_.find(socket.namespace_name());
  if (members == namespaces_.end()) return;
  const auto group = members->second.rooms.find(room);
  if (group == members->second.rooms.end()) return;
  group->second.erase(&socket);
  if (group->second.empty()) members->second.rooms.erase(group);
}

// A copy that keeps the sockets alive, because sending may close a slow client's connection and remove its
// sockets.
std::vector<std::shared_ptr<Socket>> ThreadSockets::find(const Audience& audience) const {
  std::vector<std::shared_ptr<Socket>> found;
  const auto members = namespaces_.find(audience.namespace_name);
  if (members == namespaces_.end()) return found;
  const Group* group = &members->second.all;
  if (!audience.room.empty()) {
    const auto room = members->second.rooms.find(audience.room);
    if (room == members->second.rooms.end()) return found;
    group = &room->second;
  }
  found.reserve(group->size());
  for (auto* socket : *group) found.push_back(socket->shared_from_this());
  return found;
}

void ThreadSockets::broadcast(const Audience& audience, const http::SharedMessage& packet,
                              std::uint64_t number) {
  if (number > 0) newest_broadcast_ = number;
  for (const auto& socket : find(audience)) {
    if (!socket->was_replayed(number)) socket->send(packet);
  }
}

bool ThreadSockets::queue_latest(const Subject& subject, http::SharedMessage packet) {
  const std::lock_guard lock(mutex_);
  const bool was_empty = latest_.empty();
  latest_.insert_or_assign(subject, std::move(packet));
  return was_empty;
}

void ThreadSockets::send_latest() {
  decltype(latest_) latest;
  {
    const std::lock_guard lock(mutex_);
    latest.swap(latest_);
  }
  for (const auto& [subject, packet] : latest) {
    for (const auto& socket : find(subject.audience)) socket->send_latest(subject, packet);
  }
}

}  // namespace pollux::socketio
