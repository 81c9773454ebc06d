#include "bench/path/open_loop.hpp"

#include <stdexcept>

namespace pollux::bench {

// Viewers come first: servers close connections on which nothing is sent.
OpenLoop::OpenLoop(const Plan& plan) : plan_(plan) {
  for (const Poll& poll : plan.polls) {
    const Target target{.port = plan.vote_port, .path = poll.page, .method = Method::post};
    Followed& followed = polls_.emplace_back(plan.result_port, poll);
    poller_.watch(followed.screen.descriptor(), polls_.size() - 1);
    char letter = 'a';
    for (const std::uint64_t count : followed.screen.counts()) {
      followed.options.push_back(
          {.request = request_to(target, {}, letter++), .shown = count, .not_shown = {}});
    }
  }
  for (std::size_t i = 0; i < plan.connections; ++i) {
    connections_.push_back(std::make_unique<HttpConnection>(plan.vote_port));
    poller_.watch(connections_.back()->descriptor(), polls_.size() + i);
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
    std::vector<Option>& options = polls_[sent_ % polls_.size()].options;
    Option& option = options[sent_ / polls_.size() % options.size()];
    const std::size_t connection = idle_.front();
    idle_.pop_front();
    connections_[connection]->send(option.request);
    vote_of_[connection] = sent_;
    option.not_shown.push_back(sent_);
    note(to_sending_, sent_++, Clock::now());
  }
}

void OpenLoop::wait(Clock::time_point now) {
  const bool may_send = sent_ < plan_.votes && !idle_.empty();
  const auto ready = poller_.wait(may_send ? due(sent_) - now : Clock::duration(timeout));
  const auto arrived = Clock::now();
  for (const std::size_t number : ready) {
    if (number < polls_.size()) {
      take_tally(polls_[number], arrived);
    } else {
      take_response(number - polls_.size(), arrived);
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

void OpenLoop::take_tally(Followed& poll, Clock::time_point now) {
  if (!poll.screen.receive()) return;
  for (std::size_t i = 0; i < poll.options.size(); ++i) {
    Option& option = poll.options[i];
    for (; option.shown < poll.screen.counts()[i]; ++option.shown) {
      if (option.not_shown.empty()) throw std::runtime_error("A screen shows a vote that was not sent.");
      note(to_screen_, option.not_shown.front(), now);
      option.not_shown.pop_front();
      ++on_screen_;
    }
  }
  last_progress_ = now;
}

std::size_t OpenLoop::tallies() const {
  std::size_t all = 0;
  for (const Followed& poll : polls_) all += poll.screen.tallies();
  return all;
}

void OpenLoop::note(Times& times, std::size_t vote, Clock::time_point now) const {
  if (vote >= plan_.unmeasured) times.push_back(now - due(vote));
}

}  // namespace pollux::bench
