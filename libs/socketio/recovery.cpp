#include "socketio/recovery.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

namespace pollux::socketio {
namespace {

constexpr std::size_t cost_of_event = 256;  // beside its bytes

bool is_for(const Recovery::Session& session, const Audience& audience) {
  if (audience.namespace_name != session.namespace_name) return false;
  return audience.room.empty() ||
         std::find(session.rooms.begin(), session.rooms.end(), audience.room) != session.rooms.end();
}

std::optional<std::uint64_t> number_of(std::string_view offset) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(offset.data(), offset.data() + offset.size(), number);
  if (error != std::errc{} || end != offset.data() + offset.size()) return std::nullopt;
  return number;
}

}  // namespace

void Recovery::broadcast(const Audience& audience, const Encode& encode,
                         const std::function<void(const http::SharedMessage&, std::uint64_t)>& send) {
  const std::lock_guard lock(mutex_);
  Kept kept;
  kept.position.broadcast = number_ + 1;
  kept.audience = audience;
  const auto packet = keep_locked(std::move(kept), encode);
  broadcast_ = number_;
  send(packet, number_);
}

http::SharedMessage Recovery::emit(std::string_view private_id, std::uint64_t broadcast,
                                   const std::vector<http::SharedMessage>& attachments,
                                   const Encode& encode) {
  const std::lock_guard lock(mutex_);
  Kept kept;
  kept.position.broadcast = broadcast;
  kept.private_id = private_id;
  kept.event.attachments = attachments;
  return keep_locked(std::move(kept), encode);
}

http::SharedMessage Recovery::keep_locked(Kept kept, const Encode& encode) {
  auto packet = encode('"' + std::to_string(number_ + 1) + '"');  // it may throw, so before anything changes
  kept.position.number = ++number_;
  kept.event.packet = packet;
  kept.bytes = cost_of_event + packet->size();
  for (const auto& attachment : kept.event.attachments) kept.bytes += attachment->size();
  bytes_ += kept.bytes;
  events_.push_back(std::move(kept));
  while (events_.size() > options_.events || (bytes_ > options_.bytes && !events_.empty())) {
    bytes_ -= events_.front().bytes;
    given_up_ = events_.front().position.number;
    events_.pop_front();
  }
  return packet;
}

void Recovery::leave(std::string private_id, Session session, TimePoint now) {
  const std::lock_guard lock(mutex_);
  forget_overdue_locked(now);
  if (options_.sessions == 0) return;
  while (away_.size() >= options_.sessions) forget_locked(away_.find(order_.front()));
  const auto place = order_.insert(order_.end(), private_id);
  away_.insert_or_assign(std::move(private_id), Away{std::move(session), now, place});
}

std::optional<Recovery::Recovered> Recovery::restore(std::string_view private_id,
                                                     std::string_view namespace_name,
                                                     std::optional<std::string_view> offset, TimePoint now) {
  const std::lock_guard lock(mutex_);
  forget_overdue_locked(now);
  const auto away = away_.find(private_id);
  if (away == away_.end() || away->second.session.namespace_name != namespace_name) return std::nullopt;
  const auto from = find_locked(offset, away->second.session);
  Recovered recovered{away->first, std::move(away->second.session), {}, broadcast_};
  forget_locked(away);
  if (!from) return std::nullopt;

  std::vector<const Kept*> missed;
  const auto first = static_cast<std::ptrdiff_t>(from->broadcast - given_up_);
  for (auto kept = events_.begin() + first; kept != events_.end(); ++kept) {
    const bool is_its_own = kept->private_id.empty() ? is_for(recovered.session, kept->audience)
                                                     : kept->private_id == recovered.private_id;
    if (is_its_own && kept->position > *from) missed.push_back(&*kept);
  }
  std::sort(missed.begin(), missed.end(),
            [](const Kept* one, const Kept* other) { return one->position < other->position; });
  for (const auto* kept : missed) recovered.missed.push_back(kept->event);
  return recovered;
}

// Where everything after it has been kept.
std::optional<Recovery::Position> Recovery::find_locked(std::optional<std::string_view> offset,
                                                        const Session& session) const {
  Position position = session.start;
  if (offset) {
    const auto number = number_of(*offset);
    if (!number || *number <= given_up_ || *number > number_) return std::nullopt;
    position = events_[static_cast<std::size_t>(*number - given_up_ - 1)].position;
  }
  return position.broadcast >= given_up_ ? std::optional(position) : std::nullopt;
}

void Recovery::forget_locked(std::map<std::string, Away, std::less<>>::iterator away) {
  order_.erase(away->second.place);
  away_.erase(away);
}

void Recovery::forget_overdue_locked(TimePoint now) {
  while (!order_.empty()) {
    const auto first = away_.find(order_.front());
    if (now - first->second.since <= options_.time) return;
    forget_locked(first);
  }
}

}  // namespace pollux::socketio
