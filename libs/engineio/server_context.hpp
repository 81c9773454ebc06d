// What all sessions of a server share: its options, statistics and registry of sessions.
#pragma once

#include <atomic>
#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "engineio/codec.hpp"
#include "engineio/server.hpp"
#include "http/reply.hpp"
#include "http/web_socket.hpp"

namespace pollux::engineio {

class LiveSession;

// A session id is a credential: 144 random bits as 24 URL-safe characters. It must not be logged.
std::string make_session_id();

// The open sessions of all io threads by id, and the limits on their number. Any thread.
class SessionRegistry : public std::enable_shared_from_this<SessionRegistry> {
 public:
  // A place among the sessions; released by its destructor.
  class Place {
   public:
    Place(std::shared_ptr<SessionRegistry> registry, std::string id, std::string address)
        : registry_(std::move(registry)), id_(std::move(id)), address_(std::move(address)) {}
    ~Place() { registry_->leave(*this); }
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;

    const std::string& id() const { return id_; }
    void take(std::weak_ptr<LiveSession> session) { registry_->set(*this, std::move(session)); }

   private:
    friend class SessionRegistry;
    std::shared_ptr<SessionRegistry> registry_;
    std::string id_;
    std::string address_;
  };

  SessionRegistry(std::size_t sessions, std::size_t sessions_per_address)
      : limit_(sessions), limit_per_address_(sessions_per_address) {}

  // True if enter() would succeed now: a cheap check.
  bool has_place_for(std::string_view address) const;
  // A place with a new id; null if a limit is reached, in total or for this address.
  std::unique_ptr<Place> enter(std::string_view address);
  // Null if no session of that id has taken its place.
  std::shared_ptr<LiveSession> find(std::string_view id) const;
  std::size_t size() const;

 private:
  struct Hash : std::hash<std::string_view> {
    using is_transparent = void;
  };

  bool has_place_locked(std::string_view address) const;
  void set(const Place& place, std::weak_ptr<LiveSession> session);
  void leave(const Place& place);

  const std::size_t limit_;
  const std::size_t limit_per_address_;
  mutable std::mutex mutex_;
  std::unordered_map<std::string, std::weak_ptr<LiveSession>, Hash, std::equal_to<>> sessions_;
  std::map<std::string, std::size_t, std::less<>> by_address_;
};

struct ServerContext {
  explicit ServerContext(Options given)
      : options(std::move(given)),
        registry(std::make_shared<SessionRegistry>(options.sessions, options.sessions_per_address)) {}

  const Options options;
  const std::shared_ptr<SessionRegistry> registry;
  Statistics statistics;
  std::atomic<bool> draining{false};
  const http::SharedMessage ping = std::make_shared<const std::string>(encode_packet(PacketType::ping));

  http::WebSocketOptions web_socket_options() const;
  // Counts and answers a rejected request. Any thread.
  void reject(RejectReason reason, const http::Request& request, const http::Reply& reply);
  // Answers a poll or POST. Any thread.
  void answer(http::Body body, const http::Request& request, const http::Reply& reply) const;
};

}  // namespace pollux::engineio
