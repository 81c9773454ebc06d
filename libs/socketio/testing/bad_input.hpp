// What tests of bad input have in common: a fixture server in its own process, and a client beside that must
// notice nothing. The process has to end cleanly, which under a sanitizer says that nothing was found.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "engineio/testing/http_client.hpp"
#include "engineio/testing/web_socket_client.hpp"
#include "socketio/testing/bystander.hpp"
#include "socketio/testing/fixture_process.hpp"
#include "socketio/testing/test_client.hpp"

namespace pollux::socketio::testing {

using engineio::testing::Answer;
using engineio::testing::HttpRequest;
using engineio::testing::PollingClient;
using engineio::testing::WebSocketClient;
using engineio::testing::Wire;

// No pings while a test runs, so that it reads exactly what it caused, however long that takes.
inline constexpr engineio::Heartbeat calm_heartbeat{std::chrono::hours(1), std::chrono::hours(1)};
// Pings come soon, and a client on a busy machine is not taken for one that has gone.
inline constexpr engineio::Heartbeat frequent_heartbeat{std::chrono::milliseconds(300),
                                                        std::chrono::seconds(5)};

template <class Base>
class BadInputTest : public Base {
 protected:
  explicit BadInputTest(engineio::Heartbeat heartbeat = calm_heartbeat) : process_(heartbeat) {}

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
