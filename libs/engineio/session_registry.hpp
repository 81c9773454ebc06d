// The sessions that are open, by id, whichever io thread they live on; and how many there may be.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace pollux::engineio {

class LiveSession;

// Any thread.
class SessionRegistry : public std::enable_shared_from_this<SessionRegistry> {
 public:
  // A place among the sessions, given back with its destruction.
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

  // Whether enter() would find a place just now: the cheap way to say no.
  bool has_place_for(std::string_view address) const;
  // A place with a fresh id; null where there is none left, in all or for this address.
  std::unique_ptr<Place> enter(std::string_view address);
  // Null where no session of that id has taken its place.
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

}  // namespace pollux::engineio
