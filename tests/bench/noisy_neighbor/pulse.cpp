#include "bench/noisy_neighbor/pulse.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <exception>
#include <string_view>

#include <poll.h>

#include "bench/web_socket_client.hpp"

namespace pollux::bench {
namespace {

using namespace std::chrono_literals;
constexpr auto period = 5ms;

double percentile(const std::vector<double>& ascending, double share) {
  const auto rank = static_cast<std::size_t>(std::ceil(share * static_cast<double>(ascending.size())));
  return ascending.at(std::max<std::size_t>(rank, 1) - 1);
}

// As browsers do. With Nagle's algorithm a pong, which has no response, would delay the next request by the
// 40 ms of a delayed acknowledgement and distort the baseline.
Descriptor without_delay(Descriptor socket) {
  set_no_delay(socket.get());
  return socket;
}

void wait_readable(int socket, Clock::time_point until) {
  const auto left = std::max<Clock::duration>(until - Clock::now(), 0ns);
  const timespec timeout{.tv_sec = left / 1s, .tv_nsec = left % 1s / 1ns};
  pollfd wish{.fd = socket, .events = POLLIN, .revents = 0};
  if (::ppoll(&wish, 1, &timeout, nullptr) < 0 && errno != EINTR) checked(-1, "ppoll");
}

}  // namespace

Pulse::Pulse(Descriptor socket)
    : socket_(without_delay(std::move(socket))),
      thread_([this](const std::stop_token& stop) { run(stop); }) {}

std::string Pulse::finish() {
  thread_.request_stop();
  if (thread_.joinable()) thread_.join();
  return failure_;
}

Latencies Pulse::during(const std::vector<Span>& spans) const {
  Latencies latencies;
  std::vector<double> all;
  for (const auto& span : spans) add(span, all, latencies.lost);
  std::ranges::sort(all);
  latencies.p50 = percentile(all, 0.5);
  latencies.p99 = percentile(all, 0.99);
  return latencies;
}

void Pulse::add(const Span& span, std::vector<double>& latencies, std::size_t& lost) const {
  const auto add_one = [&](Clock::duration time) {
    latencies.push_back(std::chrono::duration<double, std::milli>(time).count());
  };
  // Requests that a client with a lost connection would have sent.
  for (auto time = requests_.empty() ? span.from : requests_.back().intended + period; time < span.to;
       time += period) {
    if (time < span.from) continue;
    add_one(span.to - span.from);
    ++lost;
  }
  for (const auto& request : requests_) {
    if (request.intended < span.from || request.intended >= span.to) continue;
    const bool is_lost = request.answered == Clock::time_point{};
    lost += is_lost ? 1 : 0;
    add_one((is_lost ? std::max(ended_, span.to) : request.answered) - request.intended);
  }
}

void Pulse::run(const std::stop_token& stop) {
  try {
    while (!stop.stop_requested()) {
      while (send_due()) {
      }
      wait_readable(socket_.get(), next_);
      receive();
    }
    for (const auto deadline = Clock::now() + 2s; answers_ < requests_.size() && Clock::now() < deadline;) {
      wait_readable(socket_.get(), deadline);
      receive();
    }
  } catch (const std::exception& error) {
    failure_ = error.what();
  }
  ended_ = Clock::now();
}

bool Pulse::send_due() {
  if (Clock::now() < next_) return false;
  const auto id = std::to_string(requests_.size());
  requests_.push_back({next_});
  next_ += period;
  send_all(socket_.get(), text_frame("42" + id + R"(["message-with-ack","pulse"])"));
  return true;
}

void Pulse::receive() {
  std::array<char, 4096> bytes;
  const auto size = ::recv(socket_.get(), bytes.data(), bytes.size(), MSG_DONTWAIT);
  if (size < 0 && errno == EAGAIN) return;
  if (checked(size, "recv") == 0) throw std::runtime_error("The server closed the connection.");
  incoming_.append(bytes.data(), static_cast<std::size_t>(size));
  while (const auto frame = first_frame(incoming_)) {
    const auto payload = payload_of(*frame);
    if (payload == "2") send_all(socket_.get(), text_frame("3"));
    if (payload.starts_with("43")) {
      requests_.at(std::stoul(std::string(payload.substr(2, payload.find('[') - 2)))).answered = Clock::now();
      ++answers_;
    }
    incoming_.erase(0, frame->size());
  }
}

}  // namespace pollux::bench
