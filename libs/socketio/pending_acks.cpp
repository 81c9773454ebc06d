#include "socketio/pending_acks.hpp"

namespace pollux::socketio {

void PendingAcks::add(std::uint64_t id, TimePoint deadline, Socket::AckCallback callback) {
  pending_.try_emplace(id, Pending{deadline, std::move(callback)});
  deadlines_.emplace(deadline, id);
  if (deadlines_.begin()->second == id) set_timer();
}

std::optional<Socket::AckCallback> PendingAcks::take(std::uint64_t id) {
  const auto found = pending_.find(id);
  if (found == pending_.end()) return std::nullopt;
  auto callback = std::move(found->second.callback);
  deadlines_.erase({found->second.deadline, id});
  pending_.erase(found);
  if (deadlines_.empty()) timer_.cancel();
  return callback;
}

std::vector<Socket::AckCallback> PendingAcks::take_due(TimePoint now) {
  std::vector<Socket::AckCallback> due;
  while (!deadlines_.empty() && deadlines_.begin()->first <= now) {
    due.push_back(std::move(*take(deadlines_.begin()->second)));
  }
  if (!deadlines_.empty()) set_timer();
  return due;
}

std::vector<Socket::AckCallback> PendingAcks::take_all() {
  return take_due(TimePoint::max());
}

// Set to the first deadline, and not moved when that acknowledgement arrives: the timer then finds nothing
// due and is set to the next deadline.
void PendingAcks::set_timer() {
  timer_.expires_at(deadlines_.begin()->first);
  timer_.async_wait([on_due = on_due_](const boost::system::error_code& error) {
    if (!error) on_due();
  });
}

}  // namespace pollux::socketio
