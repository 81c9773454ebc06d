#include "socketio/socket.hpp"

#include <algorithm>
#include <stdexcept>

#include "engineio/codec.hpp"
#include "socketio/client.hpp"
#include "socketio/packet.hpp"
#include "socketio/pending_acks.hpp"
#include "socketio/thread_sockets.hpp"

namespace pollux::socketio {
namespace {

void reject_reserved(std::string_view event) {
  if (is_reserved_event(event)) throw std::invalid_argument("Socket: the event name is reserved.");
}

}  // namespace

struct Socket::Extras {
  std::unique_ptr<PendingAcks> acks;
  std::string private_id;
  Recovery::Position start;
  std::uint64_t replayed_broadcast = 0;
  bool recovered = false;
};

Socket::Socket(Client& client, ThreadSockets& peers, std::string id, std::string namespace_name)
    : client_(&client), peers_(peers), id_(std::move(id)), namespace_name_(std::move(namespace_name)) {}

Socket::~Socket() = default;

Socket::Extras& Socket::extras() {
  if (!extras_) extras_ = std::make_unique<Extras>();
  return *extras_;
}

void Socket::emit(std::string_view event, const Arguments& arguments) {
  reject_reserved(event);
  if (!is_connected()) return;
  auto* recovery = client_->recovery();
  if (recovery == nullptr) {
    return client_->send(encode_event(namespace_name_, event, arguments), arguments.attachments);
  }
  const auto packet =
      recovery->emit(private_id(), newest_broadcast(), arguments.attachments, [&](std::string_view offset) {
        return std::make_shared<const std::string>(
            engineio::encode_packet(engineio::PacketType::message,
                                    encode_event(namespace_name_, event, arguments, {.last = offset})));
      });
  client_->send(packet, arguments.attachments);
}

void Socket::emit_with_ack(std::string_view event, const Arguments& arguments, std::chrono::milliseconds time,
                           AckCallback callback) {
  reject_reserved(event);
  if (!is_connected()) return callback(unavailable("The client has disconnected."));
  auto& acks = extras().acks;
  if (!acks) {
    acks = std::make_unique<PendingAcks>(peers_.context(), [weak = weak_from_this()] {
      if (const auto self = weak.lock()) self->expire_acks();
    });
  }
  if (acks->size() >= client_->options().pending_acks_per_socket) {
    client_->count_missing_ack();
    return callback(full("Too many acknowledgements of this client are pending."));
  }
  const auto id = client_->next_ack_id();
  acks->add(id, std::chrono::steady_clock::now() + time, std::move(callback));
  client_->send(encode_event(namespace_name_, event, arguments, {.id = id}), arguments.attachments);
}

void Socket::receive_ack(std::uint64_t id, const Arguments& answer) {
  if (!extras_ || !extras_->acks) return;  // not ours: ignored
  const auto callback = extras_->acks->take(id);
  if (callback) client_->call([&] { (*callback)(answer); });
}

void Socket::expire_acks() {
  if (!extras_ || !extras_->acks) return;
  const auto client = client_->shared_from_this();  // a callback may disconnect this socket
  client->fail_acks(extras_->acks->take_due(std::chrono::steady_clock::now()),
                    "The client did not acknowledge the event in time.");
}

std::vector<Socket::AckCallback> Socket::take_pending_acks() {
  return extras_ && extras_->acks ? extras_->acks->take_all() : std::vector<AckCallback>();
}

bool Socket::recovered() const {
  return extras_ && extras_->recovered;
}

const std::string& Socket::private_id() const {
  return extras_->private_id;
}

std::uint64_t Socket::newest_broadcast() const {
  return std::max(peers_.newest_broadcast(), extras_ ? extras_->replayed_broadcast : 0);
}

bool Socket::was_replayed(std::uint64_t broadcast) const {
  return broadcast > 0 && extras_ && broadcast <= extras_->replayed_broadcast;
}

void Socket::prepare_recovery(std::string private_id, Recovery::Position start) {
  extras().private_id = std::move(private_id);
  extras().start = start;
}

// Broadcasts that `missed` includes may still be on their way to this thread. was_replayed() then keeps them
// from being sent again.
void Socket::resume(Recovery::Recovered recovered) {
  extras().recovered = true;
  extras().start = recovered.session.start;
  extras().replayed_broadcast = recovered.broadcast;
  for (const auto& room : recovered.session.rooms) join(room);
  for (const auto& event : recovered.missed) {
    if (is_connected()) client_->send(event.packet, event.attachments);
  }
}

std::optional<Recovery::Session> Socket::session() const {
  if (!extras_) return std::nullopt;
  return Recovery::Session{id_, namespace_name_, rooms_, extras_->start};
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
  peers_.join(*this, room);
  return true;
}

void Socket::leave(const std::string& room) {
  if (std::erase(rooms_, room) > 0) peers_.leave(*this, room);
}

void Socket::disconnect() {
  const auto self = shared_from_this();
  if (is_connected()) client_->disconnect(*this);
}

void Socket::detach() {
  peers_.remove(*this);
  rooms_.clear();
  pending_.clear();
  client_ = nullptr;
  if (extras_) extras_->acks.reset();
}

Acknowledge::Acknowledge(const std::shared_ptr<Socket>& socket, std::uint64_t id)
    : request_(std::make_shared<Request>(Request{socket, id})) {}

void Acknowledge::operator()(const Arguments& arguments) const {
  if (!request_) return;
  const auto socket = std::exchange(request_->socket, {}).lock();
  if (socket) socket->acknowledge(request_->id, arguments);
}

}  // namespace pollux::socketio
