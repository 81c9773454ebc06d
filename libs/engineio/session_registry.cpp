#include "engineio/session_registry.hpp"

#include "engineio/session_id.hpp"

namespace pollux::engineio {

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
  if (sessions_.erase(place.id_) == 0) return;  // it was refused
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

}  // namespace pollux::engineio
