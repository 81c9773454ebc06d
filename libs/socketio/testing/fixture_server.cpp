#include "socketio/testing/fixture_server.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "engineio/testing/echo_server.hpp"

namespace pollux::socketio::testing {
namespace {

Namespace greeting() {
  Namespace behavior;
  behavior.connected = [](const auto& socket, const Namespace::Auth& auth) {
    socket->emit("auth", {{auth}, {}});
  };
  behavior.events["get-id"] = [](const auto& socket, const Arguments&, const Acknowledge& acknowledge) {
    acknowledge({{socket->id()}, {}});
  };
  return behavior;
}

bool is_numbered(std::string_view name) {
  constexpr std::string_view before = "/numbered/";
  return name.starts_with(before) && name.size() > before.size() &&
         name.find_first_not_of("0123456789", before.size()) == std::string_view::npos;
}

Namespaces::Open rooms() {
  return [](const std::string& name, const Namespace::Auth& auth) -> std::shared_ptr<const Namespace> {
    if (!name.starts_with("/rooms/") || !auth.contains("key")) return nullptr;
    return std::make_shared<const Namespace>(greeting());
  };
}

// Emits an event with an acknowledgement, and reports the outcome.
void ask(const std::shared_ptr<Socket>& socket, const Arguments& arguments, const Acknowledge&) {
  const auto say = [weak = std::weak_ptr(socket)](const Result<Arguments>& answer) {
    const auto asked = weak.lock();
    if (!asked) return;
    answer ? asked->emit("answered", *answer) : asked->emit("unanswered", {{answer.error().message}, {}});
  };
  socket->emit_with_ack("question", arguments, std::chrono::milliseconds(500), say);
}

}  // namespace

Options fixture_options() {
  Options options;
  options.transport.ping_times = {std::chrono::milliseconds(300), std::chrono::milliseconds(200)};
  options.transport.buffered_bytes = 4'000'000;
  options.transport.close_timeout = std::chrono::milliseconds(200);
  options.connect_time = std::chrono::milliseconds(1'000);
  return options;
}

Options patient_options() {
  Options options = fixture_options();
  options.transport.ping_times = engineio::testing::patient_options().ping_times;
  options.connect_time = std::chrono::seconds(3);
  return options;
}

Options calm_options() {
  Options options;
  options.transport.buffered_bytes = fixture_options().transport.buffered_bytes;
  return options;
}

Namespaces fixture_namespaces() {
  Namespace main = greeting();
  main.events["message"] = [](const auto& socket, const Arguments& arguments, const Acknowledge&) {
    socket->emit("message-back", arguments);
  };
  main.events["message-with-ack"] = [](const auto&, const Arguments& arguments,
                                       const Acknowledge& acknowledge) { acknowledge(arguments); };
  main.events["ask"] = ask;
  Namespace guarded;
  guarded.admit = [](const auto&, const auto&) { return ConnectError{"Not allowed", {{{"code", 7}}}}; };
  Namespaces namespaces;
  namespaces.add("/", std::move(main)).add("/custom", greeting()).add("/guarded", std::move(guarded));
  namespaces.add_matching(is_numbered, greeting()).add_dynamic(rooms());
  return namespaces;
}

namespace {

// The echo server has the same heartbeat.
engineio::Options echo_options(const Options& options) {
  engineio::Options echo = engineio::testing::quick_options();
  echo.ping_times = options.transport.ping_times;
  return echo;
}

}  // namespace

FixtureServer::FixtureServer(Options options, Namespaces namespaces, std::size_t io_threads,
                             std::uint16_t port)
    : threads_(io_threads),
      engineio_(threads_, echo_options(options), engineio::testing::echo()),
      socketio_(threads_, std::move(options)),
      http_(threads_, engineio::testing::http_options(),
            [this](const http::Request& request, const http::Reply& reply) {
              if (socketio_.serves(request)) return socketio_.handle(request, reply);
              if (engineio_.serves(request)) return engineio_.handle(request, reply);
              reply(http::text(404, "Not found."));
            }) {
  socketio_.namespaces() = std::move(namespaces);
  threads_.start();
  port_ = http_.listen({"127.0.0.1", port}).value().port;
}

FixtureServer::~FixtureServer() {
  socketio_.drain();
  engineio_.drain();
  http_.drain(std::chrono::seconds(1));
  threads_.stop();
}

}  // namespace pollux::socketio::testing
