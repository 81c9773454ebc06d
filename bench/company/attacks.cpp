#include "bench/company/attacks.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <exception>
#include <memory>

#include <sched.h>

#include "bench/company/connection.hpp"
#include "bench/viewers/frames.hpp"

namespace pollux::bench {
namespace {

using namespace std::chrono_literals;
using Progress = Attack::Progress;

constexpr std::size_t never_readers = 1'000;
constexpr int messages_per_second = 50'000;  // of all of them: 400 Mbit/s
constexpr int burst_messages = 4;
constexpr std::size_t messages_until_full = 80'000;  // what the kernel keeps for them
constexpr std::size_t handshakes_at_a_time = 200;
constexpr std::size_t posters = 20;

struct NeverReader {
  Descriptor socket;
  std::size_t sent = 0;  // of a burst that the kernel did not take whole
};

// Counts only bursts that the kernel has taken whole. False where the server has closed the connection.
bool send_burst(NeverReader& client, std::string_view burst, Progress& progress) {
  const auto rest = burst.substr(client.sent);
  const auto sent = ::send(client.socket.get(), rest.data(), rest.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  if (sent < 0) return errno == EAGAIN;
  client.sent = (client.sent + static_cast<std::size_t>(sent)) % burst.size();
  if (client.sent == 0) progress.done += burst_messages;
  return true;
}

// Small segments and a small buffer: the kernel keeps little, so that the answers wait in the server.
Descriptor join_without_reading(std::uint16_t port) {
  Descriptor socket = join(port, 536);
  const int bytes = 1;
  checked(::setsockopt(socket.get(), SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes), "setsockopt");
  return socket;
}

// The pong that each burst begins with keeps a connection alive that never reads the ping. One that the
// server has dropped comes again.
void never_read(std::uint16_t port, Progress& progress, const std::stop_token& stop) {
  std::vector<NeverReader> clients;
  const std::string pong = text_frame("3");
  while (clients.size() < never_readers) {
    clients.push_back({join_without_reading(port)});
    if (clients.size() % 100 > 0) continue;
    for (auto& client : clients) ::send(client.socket.get(), pong.data(), pong.size(), MSG_NOSIGNAL);
  }
  std::string burst = pong;
  for (int i = 0; i < burst_messages; ++i) {
    burst += text_frame(R"(42["message",")" + std::string(1'000, 'a') + R"("])");
  }
  constexpr std::chrono::steady_clock::duration between_bursts =
      1'000'000us * burst_messages / messages_per_second;
  auto due = std::chrono::steady_clock::now();
  for (std::uint64_t sent = 0; !stop.stop_requested(); sent += burst_messages) {
    if (sent == messages_until_full) progress.begun.count_down();
    // What is missed while a client comes again is not made up for: it would be more than the line carries.
    due = std::max(due + between_bursts, std::chrono::steady_clock::now() - 1ms);
    std::this_thread::sleep_until(due);
    auto& client = clients[sent / burst_messages % clients.size()];
    if (send_burst(client, burst, progress)) continue;
    ++progress.broken;
    client = {join_without_reading(port)};
  }
}

// Each connection has one request under way; all of them are answered before the next are sent.
void flood_with_handshakes(std::uint16_t port, Progress& progress, const std::stop_token& stop) {
  std::vector<HttpConnection> connections;
  for (std::size_t i = 0; i < handshakes_at_a_time; ++i) connections.emplace_back(port);
  progress.begun.count_down();
  while (!stop.stop_requested()) {
    for (const auto& connection : connections) connection.send(opening_request);
    for (auto& connection : connections) {
      try {
        progress.status = connection.receive().status;
        ++progress.done;
      } catch (const std::exception&) {
        ++progress.broken;
        connection = HttpConnection(port);
      }
    }
  }
}

// Opens a session, posts, forgets the session: it never polls.
void post_one(HttpConnection& connection, const std::string& body, Progress& progress) {
  connection.send(opening_request);
  const auto session = session_id(connection.receive());
  connection.send(post_request(session, body));
  progress.status = connection.receive().status;
  ++progress.done;
}

// Takes the same step on a connection again and again; on a new one where the server has closed it.
template <class Connect, class Step>
auto repeat(Connect connect, Step step) {
  return [=](std::uint16_t port, Progress& progress, const std::stop_token& stop) {
    using Connection = decltype(connect(port));
    std::unique_ptr<Connection> connection;
    progress.begun.count_down();
    while (!stop.stop_requested()) {
      try {
        if (!connection) connection = std::make_unique<Connection>(connect(port));
        step(*connection, progress);
      } catch (const std::exception&) {
        ++progress.broken;
        connection.reset();
      }
    }
  };
}

HttpConnection connect_http(std::uint16_t port) {
  return HttpConnection(port);
}

auto post(std::string body) {
  return repeat(connect_http, [body = std::move(body)](HttpConnection& connection, Progress& progress) {
    post_one(connection, body, progress);
  });
}

// Events that the server does not know and so does not answer, a thousand to a system call.
auto flood_with_events() {
  std::string burst = text_frame("3");
  for (int i = 0; i < 1'000; ++i) burst += text_frame(R"(42["x"])");
  return repeat([](std::uint16_t port) { return join(port); },
                [burst](const Descriptor& socket, Progress& progress) {
                  send_all(socket.get(), burst);
                  progress.done += 1'000;
                });
}

auto flood_with_requests() {
  std::string burst;
  for (int i = 0; i < 100; ++i) burst += "GET /none HTTP/1.1\r\nHost: h\r\n\r\n";
  return repeat(connect_http, [burst](HttpConnection& connection, Progress& progress) {
    connection.send(burst);
    for (int i = 0; i < 100; ++i) progress.status = connection.receive().status;
    progress.done += 100;
  });
}

std::string deep_json() {
  return "40\x1e"
         R"(42["message",)" +
         std::string(200'000, '[') + std::string(200'000, ']') + "]";
}

std::string packets(int count) {
  std::string body = "40";
  for (int i = 1; i < count; ++i)
    body +=
        "\x1e"
        R"(42["message"])";
  return body;
}

// Attackers have machines of their own: here they take only what the server and its client leave of the
// processors.
void give_way() {
  const sched_param none{};
  checked(::sched_setscheduler(0, SCHED_IDLE, &none), "sched_setscheduler");
}

}  // namespace

std::vector<Attack> attacks() {
  const std::string bodies = "20 bodies of at most 1 MB at a time";
  const std::string answers = bodies + "; 4,000,000 bytes for a session, dropped after 0.5 s";
  return {
      {.name = "1,000 clients that never read",
       .unit = "1 kB messages",
       .bounded_by = "20,000 bytes (buffered_bytes) and 5,000 of its own for each",
       .bound_bytes = never_readers * 25e3,
       .buffered_bytes = 20'000,
       .attack = never_read},
      {.name = "200 handshakes at a time, no polls",
       .unit = "handshakes",
       .bounded_by = "20,000 sessions, each dropped after 0.5 s",
       .attack = flood_with_handshakes},
      {.name = "POSTs with JSON nested 200,000 deep",
       .unit = "POSTs",
       .bounded_by = bodies,
       .threads = posters,
       .attack = post(deep_json())},
      {.name = "POSTs of 16,384 packets, no polls",
       .unit = "POSTs",
       .bounded_by = answers,
       .threads = posters,
       .attack = post(packets(16'384))},
      {.name = "POSTs of 4,000 packets, no polls",
       .unit = "POSTs",
       .bounded_by = answers,
       .threads = posters,
       .attack = post(packets(4'000))},
      {.name = "POSTs of 1 MB of 0x1E",
       .unit = "POSTs",
       .bounded_by = bodies,
       .threads = posters,
       .attack = post(std::string(1'000'000, '\x1e'))},
      {.name = "small events on WebSocket",
       .unit = "events",
       .bounded_by = "16 kB of 20 connections",
       .threads = posters,
       .attack = flood_with_events()},
      {.name = "requests sent 100 at a time",
       .unit = "requests",
       .bounded_by = "16 kB of 20 connections",
       .threads = posters,
       .attack = flood_with_requests()},
  };
}

AttackUnderWay::AttackUnderWay(const Attack& attack, std::uint16_t port)
    : progress_(new Attack::Progress{.begun = std::latch(static_cast<std::ptrdiff_t>(attack.threads))}) {
  for (std::size_t i = 0; i < attack.threads; ++i) {
    threads_.emplace_back([&attack, progress = progress_, port](const std::stop_token& stop) {
      give_way();
      try {
        attack.attack(port, *progress, stop);
      } catch (const std::exception& error) {
        // Without its attackers the figures would mean nothing.
        std::fprintf(stderr, "%s: %s\n", attack.name.c_str(), error.what());
        std::_Exit(EXIT_FAILURE);
      }
    });
  }
  progress_->begun.wait();
}

}  // namespace pollux::bench
