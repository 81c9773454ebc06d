#include "socketio/client.hpp"

#include <chrono>
#include <exception>
#include <utility>

#include "engineio/codec.hpp"
#include "engineio/server_context.hpp"
#include "socketio/socket.hpp"

namespace pollux::socketio {
namespace {

using engineio::CloseReason;

engineio::TimePoint after(std::chrono::milliseconds span) {
  return std::chrono::steady_clock::now() + span;
}

PacketLimits limits_from(const Options& options) {
  return {.json_depth = options.json_depth,
          .namespace_bytes = options.namespace_bytes,
          .attachments = options.attachments};
}

// Whether the client may reconnect without knowing that the session has ended here.
bool is_recoverable(CloseReason reason) {
  return reason == CloseReason::transport_closed || reason == CloseReason::client_closed ||
         reason == CloseReason::ping_timeout;
}

std::optional<std::string_view> text_in(const boost::json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  return value != nullptr && value->is_string() ? std::optional<std::string_view>(value->get_string())
                                                : std::nullopt;
}

// The private id is a secret between client and library: the application does not see it.
boost::json::object without_recovery(boost::json::object auth) {
  auth.erase("pid");
  auth.erase("offset");
  return auth;
}

}  // namespace

// Sockets are left only if the io threads stopped while the connection was open. The application may still
// hold them.
Client::~Client() {
  for (const auto& [name, joined] : sockets_) {
    joined.socket->detach();
    --server_->statistics.sockets;
  }
}

void Client::on_open(engineio::Connection& connection) {
  connection_ = &connection;
  connection.wake_at(after(server_->options.connect_time));
}

void Client::on_text(std::string_view message) {
  if (partial_) return close_malformed();
  auto packet = decode(message, limits_from(server_->options));
  if (!packet) return close_malformed();
  if (packet->attachments == 0) return receive(std::move(*packet), {});
  if (message.size() > server_->options.packet_bytes) return close_malformed();
  partial_ = PartialPacket{std::string(message), packet->attachments, message.size(), {}};
  connection_->wake_at(after(server_->options.attachment_time));
}

void Client::on_binary(std::string_view message) {
  if (!partial_) return close_malformed();
  partial_->bytes += message.size();
  if (partial_->bytes > server_->options.packet_bytes) return close_malformed();
  partial_->attachments.push_back(std::make_shared<const std::string>(message));
  if (partial_->attachments.size() < partial_->expected) return;

  PartialPacket complete = std::move(*partial_);
  partial_.reset();
  connection_->wake_at(std::nullopt);
  receive(decode(complete.text, limits_from(server_->options)).value(), std::move(complete.attachments));
}

void Client::on_drained() {
  std::vector<std::shared_ptr<Socket>> waiting;  // a copy, because sending may close the connection
  for (const auto& [name, joined] : sockets_) {
    if (joined.socket->has_pending()) waiting.push_back(joined.socket);
  }
  for (const auto& socket : waiting) socket->send_pending();
}

// A wake-up is scheduled only for a CONNECT or an attachment, and cancelled when it has arrived.
void Client::on_wake() {
  ++server_->statistics.overdue;
  connection_->close(CloseReason::malformed);
}

void Client::on_close(CloseReason reason) {
  auto* recovery = is_recoverable(reason) ? server_->recovery.get() : nullptr;
  while (!sockets_.empty()) {
    const Socket& socket = *sockets_.begin()->second.socket;
    if (recovery) recovery->save(socket.private_id(), *socket.session(), std::chrono::steady_clock::now());
    remove(std::string(sockets_.begin()->first), reason);
  }
  connection_ = nullptr;
}

void Client::receive(Packet packet, std::vector<http::SharedMessage> attachments) {
  if (packet.type == PacketType::connect) return connect(packet);
  const auto found = sockets_.find(packet.namespace_name);
  if (found == sockets_.end()) return close_malformed();
  const Joined joined = found->second;  // a copy, because its handlers may disconnect it
  const auto& socket = joined.socket;
  switch (packet.type) {
    case PacketType::event:
    case PacketType::binary_event:
      return dispatch(joined, std::move(packet), std::move(attachments));
    case PacketType::disconnect:
      return remove(socket->namespace_name(), CloseReason::client_closed);
    case PacketType::ack:
    case PacketType::binary_ack:
      return socket->receive_ack(*packet.id, {std::move(packet.data->get_array()), std::move(attachments)});
    case PacketType::connect_error:
    case PacketType::connect:
      return close_malformed();
  }
}

void Client::connect(const Packet& packet) {
  const std::string& name = packet.namespace_name;
  const Options& options = server_->options;
  if (sockets_.contains(name)) return close_malformed();
  if (sockets_.size() >= options.namespaces_per_client) return reject(name, {"Too many namespaces", {}});

  const Namespace::Auth sent = packet.data ? packet.data->get_object() : Namespace::Auth{};
  call([&] {
    auto* recovery = server_->recovery.get();
    const Namespace::Auth auth = recovery ? without_recovery(sent) : sent;
    const auto behavior = server_->namespaces.find(name, auth, options.dynamic_namespaces);
    if (!behavior) return reject(name, {behavior.error().message, {}});
    auto recovered = recovery && recovery->skips_admit() ? restore(name, sent) : std::nullopt;
    if (!recovered && (*behavior)->admit) {
      if (const auto error = (*behavior)->admit(name, auth)) return reject(name, *error);
    }
    if (recovery && !recovery->skips_admit()) recovered = restore(name, sent);
    open_socket(*behavior, name, auth, std::move(recovered));
  });
}

std::optional<Recovery::Recovered> Client::restore(const std::string& namespace_name,
                                                   const Namespace::Auth& auth) {
  const auto private_id = text_in(auth, "pid");
  if (!private_id) return std::nullopt;
  return server_->recovery->restore(*private_id, namespace_name, text_in(auth, "offset"),
                                    std::chrono::steady_clock::now());
}

void Client::open_socket(const std::shared_ptr<const Namespace>& behavior, const std::string& name,
                         const Namespace::Auth& auth, std::optional<Recovery::Recovered> recovered) {
  auto& peers = *server_->threads[connection_->thread()];
  const auto socket = std::make_shared<Socket>(
      *this, peers, recovered ? recovered->session.id : engineio::make_session_id(), name);
  Namespace::Auth answer{{"sid", socket->id()}};
  if (server_->recovery) {
    const auto newest = peers.newest_broadcast();
    socket->prepare_recovery(recovered ? recovered->private_id : engineio::make_session_id(),
                             {newest, newest});
    answer["pid"] = socket->private_id();
  }
  sockets_.emplace(name, Joined{socket, behavior});
  peers.add(*socket);
  ++server_->statistics.sockets;
  ++server_->statistics.connected;
  connection_->wake_at(std::nullopt);
  send(encode({.type = PacketType::connect, .namespace_name = name, .id = {}, .data = std::move(answer)}));
  if (recovered) {
    ++server_->statistics.recovered;
    socket->resume(std::move(*recovered));
  }
  if (behavior->connected && socket->is_connected()) behavior->connected(socket, auth);
}

void Client::reject(const std::string& namespace_name, const ConnectError& error) {
  ++server_->statistics.rejected;
  boost::json::object data{{"message", error.message}};
  if (error.data) data["data"] = *error.data;
  send(encode({.type = PacketType::connect_error,
               .namespace_name = namespace_name,
               .id = {},
               .data = std::move(data)}));
}

void Client::dispatch(const Joined& joined, Packet packet, std::vector<http::SharedMessage> attachments) {
  Arguments arguments{std::move(packet.data->get_array()), std::move(attachments)};
  const auto& events = joined.behavior->events;
  const auto event = events.find(std::string_view(arguments.values.front().get_string()));
  if (event == events.end()) {
    ++server_->statistics.unknown_events;
    return;
  }
  ++server_->statistics.events;
  arguments.values.erase(arguments.values.begin());
  const Acknowledge acknowledge = packet.id ? Acknowledge(joined.socket, *packet.id) : Acknowledge();
  call([&] { event->second(joined.socket, arguments, acknowledge); });
}

void Client::disconnect(Socket& socket) {
  send(encode(
      {.type = PacketType::disconnect, .namespace_name = socket.namespace_name(), .id = {}, .data = {}}));
  remove(socket.namespace_name(), CloseReason::application_closed);
}

// `namespace_name` may refer to the socket's own: the socket is kept alive until the end of this function.
void Client::remove(const std::string& namespace_name, CloseReason reason) {
  const auto found = sockets_.find(namespace_name);
  if (found == sockets_.end()) return;
  const Joined joined = std::move(found->second);
  const auto& socket = joined.socket;
  sockets_.erase(found);
  const auto pending_acks = socket->take_pending_acks();
  socket->detach();
  --server_->statistics.sockets;
  fail_acks(pending_acks, "The client has disconnected.");
  const auto& disconnected = joined.behavior->disconnected;
  if (disconnected) call([&] { disconnected(socket, reason); });
}

void Client::fail_acks(const std::vector<Socket::AckCallback>& callbacks, const char* reason) {
  for (const auto& callback : callbacks) {
    count_missing_ack();
    call([&] { callback(unavailable(reason)); });
  }
}

void Client::close_malformed() {
  ++server_->statistics.malformed;
  partial_.reset();
  connection_->close(CloseReason::malformed);
}

void Client::call(const std::function<void()>& handler) {
  try {
    handler();
  } catch (const std::exception& error) {
    ++server_->statistics.failed_handlers;
    if (const auto& report = server_->options.transport.on_failure) report(error.what());
    if (connection_ != nullptr) connection_->close(CloseReason::application_closed);
  }
}

void Client::send(const std::string& packet, const std::vector<http::SharedMessage>& attachments) {
  if (connection_ == nullptr) return;
  send(std::make_shared<const std::string>(engineio::encode_packet(engineio::PacketType::message, packet)),
       attachments);
}

void Client::send(const http::SharedMessage& message) {
  if (connection_ != nullptr) connection_->send_text(message);
}

void Client::send(const http::SharedMessage& message, const std::vector<http::SharedMessage>& attachments) {
  send(message);
  for (const auto& attachment : attachments) {
    if (connection_ != nullptr) connection_->send_binary(attachment);
  }
}

}  // namespace pollux::socketio
