#include "bench/company/attacks.hpp"

#include <chrono>
#include <cstdio>
#include <exception>
#include <optional>

#include "bench/company/connection.hpp"
#include "bench/viewers/frames.hpp"

namespace pollux::bench {
namespace {

using namespace std::chrono_literals;
using Progress = Attack::Progress;

constexpr std::size_t never_readers = 1'000;
constexpr std::size_t messages_per_second = 50'000;  // of all of them: 400 Mbit/s
constexpr std::size_t burst_messages = 4;
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

// The pong that each burst begins with keeps a connection alive that never reads the ping.
void never_read(std::uint16_t port, Progress& progress, const std::stop_token& stop) {
  std::vector<NeverReader> clients;
  const std::string pong = text_frame("3");
  while (clients.size() < never_readers) {
    // Small segments and a small buffer: the kernel keeps little, so that the answers wait in the server.
    clients.push_back({join(port, 536)});
    const int bytes = 1;
    checked(::setsockopt(clients.back().socket.get(), SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes),
            "setsockopt");
    if (clients.size() % 100 > 0) continue;
    for (auto& client : clients) ::send(client.socket.get(), pong.data(), pong.size(), MSG_NOSIGNAL);
  }
  std::string burst = pong;
  for (std::size_t i = 0; i < burst_messages; ++i) {
    burst += text_frame(R"(42["message",")" + std::string(1'000, 'a') + R"("])");
  }
  progress.begun.count_down();
  const auto began = std::chrono::steady_clock::now();
  for (std::uint64_t sent = 0; !stop.stop_requested() && !clients.empty(); sent += burst_messages) {
    std::this_thread::sleep_until(began + sent * 1'000'000us / messages_per_second);
    const std::size_t turn = sent / burst_messages % clients.size();
    if (send_burst(clients[turn], burst, progress)) continue;
    ++progress.broken;
    std::swap(clients[turn], clients.back());
    clients.pop_back();
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

auto post(std::string body) {
  return [body = std::move(body)](std::uint16_t port, Progress& progress, const std::stop_token& stop) {
    std::optional<HttpConnection> connection;
    progress.begun.count_down();
    while (!stop.stop_requested()) {
      try {
        if (!connection) connection.emplace(port);
        post_one(*connection, body, progress);
      } catch (const std::exception&) {
        ++progress.broken;
        connection.reset();
      }
    }
  };
}

std::string deep_json() {
  return "40\x1e"
         R"(42["message",)" +
         std::string(200'000, '[') + std::string(200'000, ']') + "]";
}

std::string many_packets() {
  std::string body = "40";
  for (int i = 1; i < 16'384; ++i)
    body +=
        "\x1e"
        R"(42["message"])";
  return body;
}

}  // namespace

std::vector<Attack> attacks() {
  const std::string bodies = "20 bodies of at most 1 MB at a time";
  return {
      {"1,000 clients that never read", "1 kB messages",
       "4,000,000 bytes (the fixture's buffered_bytes) for each", never_readers * 4e6, 1, never_read},
      {"200 handshakes at a time, no polls", "handshakes", "20,000 sessions, each dropped after 0.5 s", 0, 1,
       flood_with_handshakes},
      {"POSTs with JSON nested 200,000 deep", "POSTs", bodies, 0, posters, post(deep_json())},
      {"POSTs of 16,384 packets, no polls", "POSTs",
       bodies + "; 4,000,000 bytes for a session, dropped after 0.5 s", 0, posters, post(many_packets())},
      {"POSTs of 1 MB of 0x1E", "POSTs", bodies, 0, posters, post(std::string(1'000'000, '\x1e'))},
  };
}

AttackUnderWay::AttackUnderWay(const Attack& attack, std::uint16_t port)
    : progress_(new Attack::Progress{.begun = std::latch(static_cast<std::ptrdiff_t>(attack.threads))}) {
  for (std::size_t i = 0; i < attack.threads; ++i) {
    threads_.emplace_back([&attack, progress = progress_, port](const std::stop_token& stop) {
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
