#include "socketio/socket.hpp"

#include <algorithm>
#include <stdexcept>

#include "engineio/packet.hpp"
#include "socketio/client.hpp"
#include "socketio/packet.hpp"
#include "socketio/thread_sockets.hpp"

namespace pollux::socketio {

Socket::Socket(Client& client, ThreadSockets& neighbours, std::string id, std::string namespace_name)
    : client_(&client),
      neighbours_(neighbours),
      id_(std::move(id)),
      namespace_name_(std::move(namespace_name)) {}

Socket::~Socket() = default;

void Socket::emit(std::string_view event, const Arguments& arguments) {
  if (is_reserved_event(event))
    throw std::invalid_argument("Socket::emit: the name of the event is reserved.");
  if (is_connected()) client_->send(encode_event(namespace_name_, event, arguments), arguments.attachments);
}

void Socket::acknowledge(std::uint64_t id, const Arguments& arguments) {
  if (is_connected()) client_->send(encode_ack(namespace_name_, id, arguments), arguments.attachments);
}

void Socket::send(const http::SharedMessage& packet) {
  if (is_connected()) client_->send(packet);
}

void Socket::send_latest(const Subject& subject, const http::SharedMessage& packet) {
  if (!is_connected()) return;
  const auto waiting =
      std::find_if(pending_.begin(), pending_.end(), [&](const auto& each) { return each.first == subject; });
  if (waiting != pending_.end()) {
    waiting->second = packet;
    client_->count_coalesced();
  } else if (client_->has_unsent()) {
    pending_.emplace_back(subject, packet);
  } else {
    client_->send(packet);
  }
}

void Socket::send_pending() {
  for (const auto& [subject, packet] : std::exchange(pending_, {})) send(packet);
}

bool Socket::join(const std::string& room) {
  if (!is_connected()) return false;
  if (std::find(rooms_.begin(), rooms_.end(), room) != rooms_.end()) return true;
  if (rooms_.size() >= client_->options().rooms_per_socket) return false;
  rooms_.push_back(room);
  neighbours_.join(*this, room);
  return true;
}

void Socket::leave(const std::string& room) {
  if (std::erase(rooms_, room) > 0) neighbours_.leave(*this, room);
}

void Socket::disconnect() {
  const auto self = shared_from_this();
  if (is_connected()) client_->disconnect(*this);
}

void Socket::detach() {
  neighbours_.remove(*this);
  rooms_.clear();
  pending_.clear();
  client_ = nullptr;
}

Acknowledge::Acknowledge(const std::shared_ptr<Socket>& socket, std::uint64_t id)
    : request_(std::make_shared<Request>(Request{socket, id})) {}

void Acknowledge::operator()(const Arguments& arguments) const {
  if (!request_) return;
  const auto socket = std::exchange(request_->socket, {}).lock();
  if (socket) socket->acknowledge(request_->id, arguments);
}

}  // namespace pollux::socketio
