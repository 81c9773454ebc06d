#include "socketio/recovery.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

namespace pollux::socketio {
namespace {

constexpr std::size_t event_overhead = 256;  // bytes per stored event, beside its packet and attachments

bool is_in(const Recovery::Session& session, const Audience& audience) {
  if (audience.namespace_name != session.namespace_name) return false;
  return audience.room.empty() ||
         std::find(session.rooms.begin(), session.rooms.end(), audience.room) != session.rooms.end();
}

std::optional<std::uint64_t> parse_offset(std::string_view offset) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(offset.data(), offset.data() + offset.size(), number);
  if (error != std::errc{} || end != offset.data() + offset.size()) return std::nullopt;
  return number;
}

}  // namespace

void Recovery::broadcast(const Audience& audience, const Encode& encode,
                         const std::function<void(const http::SharedMessage&, std::uint64_t)>& send) {
  const std::lock_guard lock(mutex_);
  StoredEvent stored;
  stored.position.broadcast = number_ + 1;
  stored.audience = audience;
  const auto packet = store_locked(std::move(stored), encode);
  broadcast_ = number_;
  send(packet, number_);
}

http::SharedMessage Recovery::emit(std::string_view private_id, std::uint64_t broadcast,
                                   const std::vector<http::SharedMessage>& attachments,
                                   const Encode& encode) {
  const std::lock_guard lock(mutex_);
  StoredEvent stored;
  stored.position.broadcast = broadcast;
  stored.private_id = private_id;
  stored.event.attachments = attachments;
  return store_locked(std::move(stored), encode);
}

http::SharedMessage Recovery::store_locked(StoredEvent stored, const Encode& encode) {
  auto packet = encode('"' + std::to_string(number_ + 1) + '"');  // may throw, so before any change
  stored.position.number = ++number_;
  stored.event.packet = packet;
  stored.bytes = event_overhead + packet->size();
  for (const auto& attachment : stored.event.attachments) stored.bytes += attachment->size();
  bytes_ += stored.bytes;
  events_.push_back(std::move(stored));
  while (events_.size() > options_.events || (bytes_ > options_.bytes && !events_.empty())) {
    bytes_ -= events_.front().bytes;
    dropped_ = events_.front().position.number;
    events_.pop_front();
  }
  return packet;
}

void Recovery::save(std::string private_id, Session session, TimePoint now) {
  const std::lock_guard lock(mutex_);
  expire_locked(now);
  if (options_.sessions == 0) return;
  while (sessions_.size() >= options_.sessions) erase_locked(sessions_.find(order_.front()));
  const auto place = order_.insert(order_.end(), private_id);
  sessions_.insert_or_assign(std::move(private_id), SavedSession{std::move(session), now, place});
}

std::optional<Recovery::Recovered> Recovery::restore(std::string_view private_id,
                                                     std::string_view namespace_name,
                                                     std::optional<std::string_view> offset, TimePoint now) {
  const std::lock_guard lock(mutex_);
  expire_locked(now);
  const auto saved = sessions_.find(private_id);
  if (saved == sessions_.end() || saved->second.session.namespace_name != namespace_name) return std::nullopt;
  const auto since = position_locked(offset, saved->second.session);
  Recovered recovered{saved->first, std::move(saved->second.session), {}, broadcast_};
  erase_locked(saved);
  if (!since) return std::nullopt;
  recovered.missed = missed_locked(recovered.session, recovered.private_id, *since);
  return recovered;
}

std::vector<Recovery::Event> Recovery::missed_locked(const Session& session, std::string_view private_id,
                                                     Position since) const {
  std::vector<const StoredEvent*> missed;
  // Everything after `since` has a number above since.broadcast, because an event is numbered after the
  // broadcast that it follows.
  const auto first = static_cast<std::ptrdiff_t>(since.broadcast - dropped_);
  for (auto stored = events_.begin() + first; stored != events_.end(); ++stored) {
    const bool is_recipient =
        stored->private_id.empty() ? is_in(session, stored->audience) : stored->private_id == private_id;
    if (is_recipient && stored->position > since) missed.push_back(&*stored);
  }
  std::sort(missed.begin(), missed.end(), [](const StoredEvent* left, const StoredEvent* right) {
    return left->position < right->position;
  });
  std::vector<Event> events;
  for (const auto* stored : missed) events.push_back(stored->event);
  return events;
}

// Empty if an event after the position may have been dropped.
std::optional<Recovery::Position> Recovery::position_locked(std::optional<std::string_view> offset,
                                                            const Session& session) const {
  Position position = session.start;
  if (offset) {
    const auto number = parse_offset(*offset);
    if (!number || *number <= dropped_ || *number > number_) return std::nullopt;
    position = events_[static_cast<std::size_t>(*number - dropped_ - 1)].position;
  }
  return position.broadcast >= dropped_ ? std::optional(position) : std::nullopt;
}

void Recovery::erase_locked(SavedSessions::iterator saved) {
  order_.erase(saved->second.place);
  sessions_.erase(saved);
}

void Recovery::expire_locked(TimePoint now) {
  while (!order_.empty()) {
    const auto oldest = sessions_.find(order_.front());
    if (now - oldest->second.saved_at <= options_.time) return;
    erase_locked(oldest);
  }
}

}  // namespace pollux::socketio
