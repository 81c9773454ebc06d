#include "socketio/pending_answers.hpp"

namespace pollux::socketio {

void PendingAnswers::add(std::uint64_t id, TimePoint deadline, Socket::Answered answered) {
  waiting_.try_emplace(id, Waiting{deadline, std::move(answered)});
  deadlines_.emplace(deadline, id);
  if (deadlines_.begin()->second == id) set_timer();
}

std::optional<Socket::Answered> PendingAnswers::take(std::uint64_t id) {
  const auto found = waiting_.find(id);
  if (found == waiting_.end()) return std::nullopt;
  auto answered = std::move(found->second.answered);
  deadlines_.erase({found->second.deadline, id});
  waiting_.erase(found);
  if (deadlines_.empty()) timer_.cancel();
  return answered;
}

std::vector<Socket::Answered> PendingAnswers::take_due(TimePoint now) {
  std::vector<Socket::Answered> due;
  while (!deadlines_.empty() && deadlines_.begin()->first <= now) {
    due.push_back(std::move(*take(deadlines_.begin()->second)));
  }
  if (!deadlines_.empty()) set_timer();
  return due;
}

std::vector<Socket::Answered> PendingAnswers::take_all() {
  return take_due(TimePoint::max());
}

// For the first deadline. If the answer comes in time, the timer finds nothing due and is set for the next
// one.
void PendingAnswers::set_timer() {
  timer_.expires_at(deadlines_.begin()->first);
  timer_.async_wait([on_due = on_due_](const boost::system::error_code& error) {
    if (!error) on_due();
  });
}

}  // namespace pollux::socketio
