// The Engine.IO 4 server: opens sessions for requests under its path and serves them by long-polling and
// WebSocket.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "engineio/handshake.hpp"
#include "engineio/options.hpp"
#include "engineio/session.hpp"
#include "http/reply.hpp"
#include "http/request.hpp"
#include "http/web_socket.hpp"

namespace pollux {
class IoThreads;
}

namespace pollux::engineio {

// A session as the application sees it. All members are for its io thread, on which the listener is called.
// After the session has ended they do nothing.
class Connection {
 public:
  virtual ~Connection() = default;

  // `packet` is an encoded `message` packet (encode_packet), so that connections can share it.
  virtual void send_text(http::SharedMessage packet) = 0;
  virtual void send_binary(http::SharedMessage bytes) = 0;
  // Bytes that the kernel has not accepted yet, or that no poll has fetched.
  virtual std::size_t queued_bytes() const = 0;
  // Calls on_wake() once, at that time or soon after; replaces an earlier time. nullopt: no call.
  virtual void wake_at(std::optional<TimePoint> time) = 0;
  // Sends what is queued, then ends the session. A polling client gets it only if a poll is waiting.
  virtual void close(CloseReason reason) = 0;
  // The index of the connection's io thread.
  virtual std::size_t thread() const = 0;
};

// Called on the connection's io thread, one call at a time; must not block or throw. If the io threads stop
// while the connection is open, the listener is destroyed without on_close().
class Listener {
 public:
  virtual ~Listener() = default;
  virtual void on_open(Connection& connection) = 0;    // outlives the listener
  virtual void on_text(std::string_view message) = 0;  // valid UTF-8
  virtual void on_binary(std::string_view message) = 0;
  virtual void on_drained() {}  // queued_bytes() is 0 again
  virtual void on_wake() {}
  virtual void on_close(CloseReason reason) = 0;  // exactly once after on_open(); the last call
};

// Counters since the start, and gauges. Any thread.
struct Statistics {
  template <std::size_t Size>
  using Counters = std::array<std::atomic<std::uint64_t>, Size>;

  std::atomic<std::int64_t> sessions{0};                             // open
  std::array<std::atomic<std::int64_t>, transports> by_transport{};  // open, by Transport
  std::atomic<std::int64_t> waiting_polls{0};                        // GETs that wait for something to send
  std::atomic<std::uint64_t> opened{0};
  std::atomic<std::uint64_t> probes{0};    // WebSockets that polling clients tried
  std::atomic<std::uint64_t> upgraded{0};  // those that became the transport
  std::atomic<std::uint64_t> received{0};  // packets
  std::atomic<std::uint64_t> sent{0};      // packets
  std::atomic<std::uint64_t> failed{0};    // tasks that threw; see Options::on_failure
  Counters<reject_reasons> rejected{};     // requests, by RejectReason
  Counters<close_reasons> closed{};        // sessions, by CloseReason

  std::int64_t sessions_on(Transport transport) const {
    return by_transport[static_cast<std::size_t>(transport)];
  }
  std::uint64_t rejected_for(RejectReason reason) const { return rejected[static_cast<std::size_t>(reason)]; }
  std::uint64_t closed_for(CloseReason reason) const { return closed[static_cast<std::size_t>(reason)]; }
};

struct ServerContext;
class ThreadSessions;

class Server {
 public:
  // Creates the listener of a session that is about to open; called on the request's io thread. If the
  // session fails to open, the listener is destroyed without a call.
  using Accept = std::function<std::shared_ptr<Listener>(const http::Request&)>;

  // The io threads are those of the HTTP server whose requests are handled. They must outlive this.
  Server(IoThreads& threads, Options options, Accept accept);
  // Drains and waits for the sessions to end, for little longer than Options::close_timeout. Not on an io
  // thread. If these have stopped, sessions are destroyed without on_close().
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // True if the request is under Options::path.
  bool serves(const http::Request& request) const;
  // Answers a request that serves() accepts. On the request's io thread.
  void handle(const http::Request& request, const http::Reply& reply) const;

  // Closes every session, so that clients reconnect elsewhere, and rejects new ones with 503. Returns at
  // once; the connections end within Options::close_timeout. Any thread.
  void drain();

  const Statistics& statistics() const;

 private:
  void open(const http::Request& request, const Target& target, const http::Reply& reply) const;
  void forward(const http::Request& request, const Target& target, const http::Reply& reply) const;
  const std::shared_ptr<ThreadSessions>& current_thread() const;

  std::shared_ptr<ServerContext> context_;
  Accept accept_;
  std::vector<std::shared_ptr<ThreadSessions>> threads_;
};

}  // namespace pollux::engineio
