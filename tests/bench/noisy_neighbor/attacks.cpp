#include "bench/noisy_neighbor/attacks.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <exception>
#include <memory>
#include <stdexcept>
#include <string_view>

#include <sched.h>

#include "bench/system.hpp"
#include "bench/web_socket_client.hpp"

namespace pollux::bench {
namespace {

using namespace std::chrono_literals;
using Progress = Attack::Progress;

constexpr std::size_t never_readers = 1'000;
constexpr int messages_per_second = 50'000;  // of all of them: 400 Mbit/s
constexpr int burst_messages = 4;
constexpr std::size_t messages_until_full = 80'000;  // until the kernel's buffers are full
constexpr std::size_t handshakes_at_a_time = 200;
constexpr std::size_t posters = 20;

// A keep-alive connection for long-polling. Blocking.
class PollingClient {
 public:
  explicit PollingClient(std::uint16_t port) : socket_(connect_from(1, port)) {}

  struct Response {
    int status = 0;
    std::string body;
  };

  void send(std::string_view request) const { send_all(socket_.get(), request); }

  Response receive() {
    std::size_t end = 0;
    while ((end = incoming_.find("\r\n\r\n")) == std::string::npos) receive_into(socket_.get(), incoming_);
    constexpr std::string_view length_field = "\r\nContent-Length: ";
    const auto field = incoming_.find(length_field);
    const std::size_t length = field < end ? std::stoul(incoming_.substr(field + length_field.size(), 9)) : 0;
    while (incoming_.size() < end + 4 + length) receive_into(socket_.get(), incoming_);
    Response response{std::stoi(incoming_.substr(9, 3)), incoming_.substr(end + 4, length)};
    incoming_.erase(0, end + 4 + length);
    return response;
  }

 private:
  Descriptor socket_;
  std::string incoming_;
};

constexpr std::string_view opening_request =
    "GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";

std::string session_id(const std::string& open_packet) {
  constexpr std::string_view key = R"("sid":")";
  const auto found = open_packet.find(key);
  if (found == std::string::npos) throw std::runtime_error("No session was opened: " + open_packet);
  const auto from = found + key.size();
  return open_packet.substr(from, open_packet.find('"', from) - from);
}

std::string post_request(const std::string& session, std::string_view body) {
  std::string request = "POST /socket.io/?EIO=4&transport=polling&sid=" + session +
                        " HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: text/plain;charset=UTF-8\r\n"
                        "Content-Length: " +
                        std::to_string(body.size()) + "\r\n\r\n";
  return request.append(body);
}

struct NeverReader {
  Descriptor socket;
  std::size_t sent = 0;  // bytes of a partially sent burst
};

// Counts a burst when all of it is sent. False if the server has closed the connection.
bool send_burst(NeverReader& client, std::string_view burst, Progress& progress) {
  const auto rest = burst.substr(client.sent);
  const auto sent = ::send(client.socket.get(), rest.data(), rest.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  if (sent < 0) return errno == EAGAIN;
  client.sent = (client.sent + static_cast<std::size_t>(sent)) % burst.size();
  if (client.sent == 0) progress.done += burst_messages;
  return true;
}

// Small segments and a small buffer: the kernel buffers little, so that output accumulates in the server.
Descriptor join_without_reading(std::uint16_t port) {
  Descriptor socket = join_main_namespace(port, 536);
  const int bytes = 1;
  checked(::setsockopt(socket.get(), SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes), "setsockopt");
  return socket;
}

// The pong at the start of each burst keeps a connection alive that never reads the ping. Dropped clients
// reconnect.
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
    // Bursts missed during a reconnect are skipped: catching up would exceed the rate.
    due = std::max(due + between_bursts, std::chrono::steady_clock::now() - 1ms);
    std::this_thread::sleep_until(due);
    auto& client = clients[sent / burst_messages % clients.size()];
    if (send_burst(client, burst, progress)) continue;
    ++progress.broken;
    client = {join_without_reading(port)};
  }
}

// Each connection has one request in flight; all are answered before the next round.
void flood_with_handshakes(std::uint16_t port, Progress& progress, const std::stop_token& stop) {
  std::vector<PollingClient> connections;
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
        connection = PollingClient(port);
      }
    }
  }
}

// Opens a session, posts, and abandons it without polling.
void post_one(PollingClient& connection, const std::string& body, Progress& progress) {
  connection.send(opening_request);
  const auto session = session_id(connection.receive().body);
  connection.send(post_request(session, body));
  progress.status = connection.receive().status;
  ++progress.done;
}

// Repeats `step` on a connection; reconnects if the server has closed it.
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

PollingClient connect_polling(std::uint16_t port) {
  return PollingClient(port);
}

auto post(std::string body) {
  return repeat(connect_polling, [body = std::move(body)](PollingClient& connection, Progress& progress) {
    post_one(connection, body, progress);
  });
}

// Events unknown to the server, which it does not answer; a thousand per system call.
auto flood_with_events() {
  std::string burst = text_frame("3");
  for (int i = 0; i < 1'000; ++i) burst += text_frame(R"(42["x"])");
  return repeat([](std::uint16_t port) { return join_main_namespace(port); },
                [burst](const Descriptor& socket, Progress& progress) {
                  send_all(socket.get(), burst);
                  progress.done += 1'000;
                });
}

auto flood_with_requests() {
  std::string burst;
  for (int i = 0; i < 100; ++i) burst += "GET /none HTTP/1.1\r\nHost: h\r\n\r\n";
  return repeat(connect_polling, [burst](PollingClient& connection, Progress& progress) {
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

// Real attackers use their own machines: here they only get the CPU time that the server and its client
// leave.
void yield_to_others() {
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

RunningAttack::RunningAttack(const Attack& attack, std::uint16_t port)
    : progress_(new Attack::Progress{.begun = std::latch(static_cast<std::ptrdiff_t>(attack.threads))}) {
  for (std::size_t i = 0; i < attack.threads; ++i) {
    threads_.emplace_back([&attack, progress = progress_, port](const std::stop_token& stop) {
      yield_to_others();
      try {
        attack.attack(port, *progress, stop);
      } catch (const std::exception& error) {
        // Figures without the attack would be meaningless.
        std::fprintf(stderr, "%s: %s\n", attack.name.c_str(), error.what());
        std::_Exit(EXIT_FAILURE);
      }
    });
  }
  progress_->begun.wait();
}

}  // namespace pollux::bench
