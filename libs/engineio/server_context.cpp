#include "engineio/server_context.hpp"

#include "base/encoding.hpp"
#include "base/random.hpp"

namespace pollux::engineio {
namespace {

// Closes a WebSocket as soon as it is open: clients notice that, while many can't read a rejected upgrade.
class SurplusWebSocket : public http::WebSocketListener {
 public:
  void on_open(std::shared_ptr<http::WebSocket> socket) override { socket->close(http::CloseCode::normal); }
  void on_text(std::string_view) override {}
  void on_binary(std::string_view) override {}
  void on_close() override {}
};

}  // namespace

std::string make_session_id() {
  const auto random = random_bytes<18>();
  return base64url({reinterpret_cast<const char*>(random.data()), random.size()});
}

bool SessionRegistry::has_place_for(std::string_view address) const {
  const std::lock_guard lock(mutex_);
  return has_place_locked(address);
}

bool SessionRegistry::has_place_locked(std::string_view address) const {
  const auto known = by_address_.find(address);
  const std::size_t of_address = known == by_address_.end() ? 0 : known->second;
  return sessions_.size() < limit_ && of_address < limit_per_address_;
}

std::unique_ptr<SessionRegistry::Place> SessionRegistry::enter(std::string_view address) {
  auto place = std::make_unique<Place>(shared_from_this(), make_session_id(), std::string(address));
  {
    const std::lock_guard lock(mutex_);
    if (has_place_locked(address)) {
      sessions_.try_emplace(place->id_);
      ++by_address_[place->address_];
      return place;
    }
  }
  return nullptr;
}

void SessionRegistry::leave(const Place& place) {
  const std::lock_guard lock(mutex_);
  if (sessions_.erase(place.id_) == 0) return;  // it was rejected
  const auto address = by_address_.find(place.address_);
  if (--address->second == 0) by_address_.erase(address);
}

void SessionRegistry::set(const Place& place, std::weak_ptr<LiveSession> session) {
  const std::lock_guard lock(mutex_);
  const auto found = sessions_.find(place.id_);
  if (found != sessions_.end()) found->second = std::move(session);
}

std::shared_ptr<LiveSession> SessionRegistry::find(std::string_view id) const {
  const std::lock_guard lock(mutex_);
  const auto found = sessions_.find(id);
  return found == sessions_.end() ? nullptr : found->second.lock();
}

std::size_t SessionRegistry::size() const {
  const std::lock_guard lock(mutex_);
  return sessions_.size();
}

http::WebSocketOptions ServerContext::web_socket_options() const {
  // The session drops a slow client itself, and counts it. The socket's bound is only a safety net.
  constexpr std::size_t frame_headers = 64 * 1024;
  return {.max_message_bytes = options.max_payload,
          .max_queued_bytes = options.buffered_bytes + frame_headers,
          .close_timeout = options.close_timeout};
}

void ServerContext::reject(RejectReason reason, const http::Request& request, const http::Reply& reply) {
  ++statistics.rejected[static_cast<std::size_t>(reason)];
  if (reason == RejectReason::surplus_web_socket) {
    return reply.upgrade(web_socket_options(), std::make_shared<SurplusWebSocket>());
  }
  auto response = rejection_response(reason, request.wants_websocket);
  add_cross_origin_fields(response, request, options);
  reply(std::move(response));
}

void ServerContext::answer(http::Body body, const http::Request& request, const http::Reply& reply) const {
  http::Response response;
  response.body = std::move(body);
  response.set("Content-Type", "text/plain; charset=UTF-8");
  response.set("Cache-Control", "no-store");
  add_cross_origin_fields(response, request, options);
  reply(std::move(response));
}

}  // namespace pollux::engineio
