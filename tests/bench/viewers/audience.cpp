#include "bench/viewers/audience.hpp"

#include <array>
#include <cstdio>
#include <stdexcept>
#include <string_view>

#include "bench/web_socket_client.hpp"

namespace pollux::bench {

using namespace std::chrono_literals;

Audience::Audience(std::uint16_t port, Speaks speaks) : port_(port), speaks_(speaks) {}

void Audience::grow_to(std::size_t size, std::size_t addresses, const char* progress) {
  viewers_.reserve(size);
  while (viewers_.size() < size) {
    const auto index = viewers_.size();
    viewers_.push_back(join(static_cast<std::uint32_t>(1 + index % addresses)));
    poller_.watch(viewers_.back().socket.get(), index);
    if (viewers_.size() % 1000 == 0) {
      std::fprintf(stderr, "%zu of %zu %s\n", viewers_.size(), size, progress);
      while (wait(0ms)) {
      }
    }
  }
}

Audience::Viewer Audience::join(std::uint32_t host) {
  Viewer viewer{.socket = connect_from(host, port_)};
  if (speaks_ == Speaks::socket_io) join_poll(viewer.socket.get(), viewer.incoming);
  return viewer;
}

void Audience::expect_event() {
  for (auto& viewer : viewers_) viewer.events = 0;
  received_ = 0;
}

Audience::Reception Audience::receive_one_each() {
  Reception reception;
  bool begun = false;
  const auto deadline = Clock::now() + 60s;
  while (received_ < viewers_.size()) {
    if (Clock::now() > deadline) throw std::runtime_error("Not every viewer received the event within 60 s.");
    if (!wait(1000ms)) continue;
    if (!begun && received_ > 0) {
      reception.first = ready_since_;
      begun = true;
    }
  }
  reception.first_to_last = Clock::now() - reception.first;
  reception.frame = last_frame_;
  return reception;
}

void Audience::idle(std::chrono::milliseconds time) {
  const auto end = Clock::now() + time;
  for (auto left = time; left > 0ms;
       left = std::chrono::duration_cast<std::chrono::milliseconds>(end - Clock::now())) {
    wait(left);
  }
}

// False if nothing arrived.
bool Audience::wait(std::chrono::milliseconds time) {
  const auto ready = poller_.wait(time);
  ready_since_ = Clock::now();
  for (const std::size_t number : ready) take(viewers_[number]);
  return !ready.empty();
}

void Audience::take(Viewer& viewer) {
  std::array<char, 4096> bytes;
  const auto size = checked(::recv(viewer.socket.get(), bytes.data(), bytes.size(), MSG_DONTWAIT), "recv");
  if (size == 0) throw std::runtime_error("The server closed a viewer's connection.");
  std::string_view rest(bytes.data(), static_cast<std::size_t>(size));
  if (!viewer.incoming.empty()) rest = viewer.incoming.append(rest);
  while (const auto frame = first_frame(rest)) {
    take_frame(viewer, *frame);
    rest.remove_prefix(frame->size());
  }
  viewer.incoming = std::string(rest);
}

void Audience::take_frame(Viewer& viewer, std::string_view frame) {
  const auto payload = payload_of(frame);
  if (payload == "2") return send_all(viewer.socket.get(), text_frame("3"));
  if (!payload.starts_with("42")) throw std::runtime_error("A viewer received: " + std::string(payload));
  if (viewer.events++ > 0) return;
  if (++received_ == viewers_.size()) last_frame_ = frame;
}

}  // namespace pollux::bench
