#include "result/paced.hpp"

#include <algorithm>
#include <utility>

#include <boost/asio/post.hpp>

namespace pollux::result {

void Paced::request_turn() {
  boost::asio::post(context_, [self = shared_from_this()] { self->wait_for_turn(); });
}

void Paced::wait_for_turn() {
  const Clock::duration period = std::max<Clock::duration>(period_, 2 * cost_.load());
  if (!last_turn_ || Clock::now() >= *last_turn_ + period) return begin_turn();
  timer_.expires_at(*last_turn_ + period);
  timer_.async_wait([self = shared_from_this()](const boost::system::error_code& cancelled) {
    if (!cancelled) self->begin_turn();
  });
}

void Paced::begin_turn() {
  if (stopped_) return;
  last_turn_ = Clock::now();
  take_turn();
}

void PendingChange::add(const poll::VoteTimes& votes, const tracing::SpanContext& trace) {
  votes_.add(votes);
  if (!trace_.sampled) trace_ = trace;
}

bool PendingChange::begin() {
  if (since_) return false;
  since_ = Paced::Clock::now();
  return true;
}

PendingChange::Details PendingChange::take() {
  return {.since = *std::exchange(since_, std::nullopt),
          .votes = std::exchange(votes_, {}),
          .trace = std::exchange(trace_, {})};
}

}  // namespace pollux::result
