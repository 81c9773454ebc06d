// A well-behaved client on a thread of its own, which exchanges events with the fixture server all the time:
// what others send must not disturb it.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <thread>

#include "socketio/testing/test_client.hpp"

namespace pollux::socketio::testing {

class Bystander {
 public:
  explicit Bystander(std::uint16_t port) : thread_([this, port] { live(port); }) {}
  ~Bystander() {
    stopped_ = true;
    thread_.join();
  }
  Bystander(const Bystander&) = delete;
  Bystander& operator=(const Bystander&) = delete;

  // Whether its connection has lasted, and events still go forth and back.
  bool is_undisturbed() const {
    const int before = echoes_;
    return eventually([&] { return has_ended_ || echoes_ >= before + 2; }) && !has_ended_;
  }

 private:
  void live(std::uint16_t port) {
    TestClient client(port);
    client.connect();
    while (!stopped_ && !has_ended_) {
      client.send_text(R"(42["message","hello"])");
      has_ended_ = client.receive_event() != R"(42["message-back","hello"])";
      ++echoes_;
    }
  }

  std::atomic<bool> stopped_{false};
  std::atomic<bool> has_ended_{false};
  std::atomic<int> echoes_{0};
  std::thread thread_;
};

}  // namespace pollux::socketio::testing
