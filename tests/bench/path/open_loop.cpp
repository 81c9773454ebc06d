#include "bench/path/open_loop.hpp"

#include <stdexcept>

namespace pollux::bench {

OpenLoop::OpenLoop(const Plan& plan)
    : plan_(plan), screen_(plan.result_port), shown_(screen_.counts()), not_shown_(shown_.size()) {
  const Target target{.port = plan.vote_port, .path = "/", .method = Method::post};
  for (std::size_t option = 0; option < shown_.size(); ++option) {
    requests_.push_back(request_to(target, {}, static_cast<char>('a' + option)));
  }
  poller_.watch(screen_.descriptor(), screen_number);
  for (std::size_t i = 0; i < plan.connections; ++i) {
    poller_.watch(connections_.emplace_back(std::make_unique<HttpConnection>(plan.vote_port))->descriptor(),
                  i);
    idle_.push_back(i);
  }
  vote_of_.resize(plan.connections);
  for (Times* times : {&to_answer_, &to_screen_, &to_sending_}) times->reserve(plan.votes);
}

void OpenLoop::run() {
  start_ = last_progress_ = Clock::now();
  while (on_screen_ < plan_.votes || idle_.size() < connections_.size()) {
    const auto now = Clock::now();
    send_due(now);
    wait(now);
  }
}

OpenLoop::Clock::time_point OpenLoop::due(std::size_t vote) const {
  return start_ + std::chrono::nanoseconds(1'000'000'000 * vote / plan_.rate);
}

void OpenLoop::send_due(Clock::time_point now) {
  while (sent_ < plan_.votes && !idle_.empty() && due(sent_) <= now) {
    const std::size_t option = sent_ % requests_.size();
    const std::size_t connection = idle_.front();
    idle_.pop_front();
    connections_[connection]->send(requests_[option]);
    vote_of_[connection] = sent_;
    not_shown_[option].push_back(sent_);
    note(to_sending_, sent_++, Clock::now());
  }
}

void OpenLoop::wait(Clock::time_point now) {
  const bool may_send = sent_ < plan_.votes && !idle_.empty();
  const auto ready = poller_.wait(may_send ? due(sent_) - now : Clock::duration(timeout));
  const auto arrived = Clock::now();
  for (const std::size_t number : ready) {
    if (number == screen_number) {
      take_tally(arrived);
    } else {
      take_response(number, arrived);
    }
  }
  if (arrived - last_progress_ > timeout) {
    throw std::runtime_error("No response and no tally for 10 s: " + std::to_string(sent_) + " votes sent, " +
                             std::to_string(on_screen_) + " on the screen.");
  }
}

void OpenLoop::take_response(std::size_t connection, Clock::time_point now) {
  HttpConnection& http = *connections_[connection];
  if (http.receive() == HttpConnection::Progress::waiting) return;
  if (http.response().status != 200) {
    throw std::runtime_error("The response to a vote has status " + std::to_string(http.response().status) +
                             ".");
  }
  note(to_answer_, vote_of_[connection], now);
  idle_.push_back(connection);
  last_progress_ = now;
}

void OpenLoop::take_tally(Clock::time_point now) {
  if (!screen_.receive()) return;
  for (std::size_t option = 0; option < shown_.size(); ++option) {
    for (; shown_[option] < screen_.counts()[option]; ++shown_[option]) {
      if (not_shown_[option].empty()) throw std::runtime_error("The screen shows a vote that was not sent.");
      note(to_screen_, not_shown_[option].front(), now);
      not_shown_[option].pop_front();
      ++on_screen_;
    }
  }
  last_progress_ = now;
}

void OpenLoop::note(Times& times, std::size_t vote, Clock::time_point now) const {
  if (vote >= plan_.unmeasured) times.push_back(now - due(vote));
}

}  // namespace pollux::bench
