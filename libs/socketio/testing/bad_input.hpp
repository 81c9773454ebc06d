// The fixture of the tests of bad input: a server in its own process, and a well-behaved client that must not
// be disturbed. The process must exit cleanly, which under a sanitizer means that it found nothing.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <thread>
#include <utility>

#include <gtest/gtest.h>

#include "engineio/testing/http_client.hpp"
#include "engineio/testing/web_socket_client.hpp"
#include "http/testing/wire_client.hpp"
#include "socketio/testing/fixture_process.hpp"
#include "socketio/testing/test_client.hpp"

namespace pollux::socketio::testing {

using engineio::testing::HttpRequest;
using engineio::testing::PollingClient;
using engineio::testing::WebSocketClient;

// No pings while a test runs, so that it receives only what it caused.
inline constexpr engineio::PingTimes calm_heartbeat{std::chrono::hours(1), std::chrono::hours(1)};
// Pings come soon, and a slow client on a busy machine is not disconnected.
inline constexpr engineio::PingTimes frequent_heartbeat{std::chrono::milliseconds(300),
                                                        std::chrono::seconds(5)};

// Exchanges events with the fixture server on a thread of its own.
class Bystander {
 public:
  explicit Bystander(std::uint16_t port) : thread_([this, port] { run(port); }) {}
  ~Bystander() {
    stopped_ = true;
    thread_.join();
  }
  Bystander(const Bystander&) = delete;
  Bystander& operator=(const Bystander&) = delete;

  // Whether its connection is still open and its events are still echoed.
  bool is_undisturbed() const {
    const int before = echoes_;
    return eventually([&] { return has_ended_ || echoes_ >= before + 2; }) && !has_ended_;
  }

 private:
  void run(std::uint16_t port) {
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

template <class Base>
class BadInputTest : public Base {
 protected:
  explicit BadInputTest(engineio::PingTimes ping_times = calm_heartbeat) : process_(ping_times) {}

  void TearDown() override {
    EXPECT_TRUE(bystander_->is_undisturbed());
    bystander_.reset();
    EXPECT_TRUE(process_.ends_cleanly());
  }

  std::uint16_t port() const { return process_.port(); }

  FixtureProcess process_;
  std::optional<Bystander> bystander_{std::in_place, process_.port()};
};

inline constexpr auto name_of_input = [](const auto& input) { return input.param.name; };

}  // namespace pollux::socketio::testing
