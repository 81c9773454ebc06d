// The fixture of the conformance cases. Each case runs with one io thread and with four; those of Engine.IO
// also run under the path of Socket.IO.
#pragma once

#include <chrono>
#include <string>
#include <tuple>

#include <gtest/gtest.h>

#include "engineio/testing/http_client.hpp"
#include "engineio/testing/web_socket_client.hpp"
#include "http/testing/wire_client.hpp"
#include "socketio/testing/fixture_server.hpp"
#include "socketio/testing/test_client.hpp"

namespace pollux::socketio::testing {

using engineio::testing::HttpRequest;
using engineio::testing::PollingClient;
using engineio::testing::WebSocketClient;

class Conformance : public ::testing::TestWithParam<std::tuple<std::size_t, std::string>> {
 protected:
  // Without heartbeats unless a case is about time.
  explicit Conformance(const Options& options = calm_options())
      : server_(options, fixture_namespaces(), std::get<0>(GetParam())) {}

  std::uint16_t port() const { return server_.port(); }
  std::string path() const { return std::get<1>(GetParam()); }
  std::size_t io_threads() const { return std::get<0>(GetParam()); }
  bool echoes() const { return path() == "/engine.io/"; }

  const engineio::Statistics& statistics() {
    return echoes() ? server_.engineio().statistics() : server_.socketio().transport_statistics();
  }
  // With several io threads, requests on different connections are ordered only by waiting for the effect of
  // the first.
  bool sees_waiting_poll() {
    return eventually([this] { return statistics().waiting_polls == 1; });
  }

  http::WireAnswer get(const std::string& query) const {
    return engineio::testing::request(port(), "GET", path() + query);
  }
  PollingClient open_by_polling() const { return PollingClient(port(), path()); }
  WebSocketClient connect(const std::string& query = "?EIO=4&transport=websocket") const {
    return WebSocketClient(port(), path() + query);
  }
  // After the handshake.
  WebSocketClient open_web_socket() const {
    WebSocketClient client = connect();
    client.receive_text();
    return client;
  }

  FixtureServer server_;
};

// "EngineIo4Threads"
inline std::string name_of_case(const ::testing::TestParamInfo<Conformance::ParamType>& info) {
  const auto& [threads, path] = info.param;
  return (path == "/engine.io/" ? "EngineIo" : "SocketIo") + std::to_string(threads) +
         (threads == 1 ? "Thread" : "Threads");
}

}  // namespace pollux::socketio::testing
