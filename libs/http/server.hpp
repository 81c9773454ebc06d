// The HTTP/1.1 server: accepts on every io thread, reads bounded requests, hands them to one handler, sends
// the answers. Requests of one connection are handled one after the other, in order.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/io_threads.hpp"
#include "base/result.hpp"
#include "http/error_page.hpp"
#include "http/reply.hpp"
#include "http/request.hpp"

namespace pollux::http {

// A bound for everything that a client can stretch. What a client gets past it stands beside it.
struct ServerLimits {
  std::size_t header_bytes = 16 * 1024;  // request line and fields: 431; a line alone beyond it: 414
  std::size_t target_bytes = 4 * 1024;   // 414
  std::size_t header_fields = 100;       // 431
  std::size_t body_bytes = 64 * 1024;    // 413
  // Of this server, in all threads. Beyond it the oldest connection of the io thread that waits for a request
  // is closed for the new one; where none waits, the new one gets 503.
  std::size_t connections = 20'000;
  // Of the process's descriptors so many are left to others: its databases, files and other listeners. Where
  // no more are free, connections are shed as above. 0: this server may take the last.
  std::size_t spare_descriptors = 0;
  std::chrono::milliseconds header_time{10'000};  // from the first byte to the end of the header: 408
  std::chrono::milliseconds body_time{30'000};    // from the end of the header to the end of the body: 408
  std::chrono::milliseconds idle_time{75'000};    // between requests: closed
  std::chrono::milliseconds write_time{30'000};   // without progress in sending: closed
  // A client that takes less than this, in the mean since it fell behind, is closed after write_time. So an
  // answer of N bytes is sent within write_time + N / write_bytes_per_second. At least 1.
  std::size_t write_bytes_per_second = 1'000;
  std::chrono::milliseconds handler_time{30'000};  // from the request to its answer: 503 and close
  // After a refusal, so that the client can still read it while it sends: received and forgotten until one of
  // these.
  std::chrono::milliseconds linger_time{5'000};
  std::size_t linger_bytes = 100'000'000;
};
// Times are looked at four times a second, so they end up to 250 ms late.

// Fields that every answer carries unless the handler set them itself.
struct SecurityHeaders {
  std::string content_security_policy =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
      "form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
  std::string permissions_policy = "camera=(), geolocation=(), microphone=(), payment=(), usb=()";
  std::string referrer_policy = "same-origin";
  std::string strict_transport_security{};  // RFC 6797; empty: none, because it binds the whole host to TLS
  // X-Content-Type-Options: nosniff is always there.
};

// How many descriptors the process may have (RLIMIT_NOFILE): each is below it. The largest number where there
// is no limit.
std::size_t limit_of_descriptors();

// Why a connection was shed: rejected, or an idle one closed to make room for it.
enum class Shed { too_many_connections, too_few_descriptors };

// A handler that broke off: it threw, or dropped its Reply. The views hold for the call.
struct HandlerFailure {
  std::string_view method;       // as the client wrote it; "WebSocket" for a listener that threw
  std::string_view path;         // of the request; empty for a listener
  std::string_view what;         // of the exception
  std::exception_ptr exception;  // empty where nothing was thrown
};

struct ServerOptions {
  ServerLimits limits;
  SecurityHeaders security;
  // The paths whose 413 has no body, because their protocol has none; unset: every 413 has a sentence.
  std::function<bool(std::string_view path)> omits_413_body{};
  // Called for each connection that is shed, on an io thread; must not block or throw.
  std::function<void(Shed)> on_shed = {};
  ErrorPage error_page;  // empty: every error is plain text
  // Told of every failure, on an io thread; must neither block nor throw. Where it is empty a failure is only
  // counted.
  std::function<void(const HandlerFailure&)> on_failure{};
};

// Counters since the start, and gauges; read on any thread.
struct ServerStatistics {
  std::atomic<std::uint64_t> requests{0};
  std::atomic<std::uint64_t> rejected{0};    // answered by the server itself, with 4xx or 503
  std::atomic<std::uint64_t> failed{0};      // handlers that threw or dropped their reply: a 500, or a cut
  std::atomic<std::uint64_t> shed{0};        // connections; see ServerOptions::on_shed
  std::atomic<std::int64_t> connections{0};  // open now, upgraded ones included
};

struct Endpoint {
  std::string host;        // an IP address or a name; empty: every address
  std::uint16_t port = 0;  // 0: a free one

  // "127.0.0.1:8080", "[::1]:8080", "localhost:8080", ":8080"
  static Result<Endpoint> parse(std::string_view text);
  std::string text() const;

  friend bool operator==(const Endpoint&, const Endpoint&) = default;
};

class Server {
 public:
  // Answers every request, at once or later, through the reply; called on an io thread; must not block. Where
  // it throws the client gets a 500, and ServerOptions::on_failure is told.
  using Handler = std::function<void(const Request&, Reply)>;

  // The io threads are the caller's and outlive the server.
  Server(IoThreads& threads, ServerOptions options, Handler handler);
  // Closes everything at once. When it has returned the handler is not called any more.
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // Binds and starts to accept, on every address that the host has (with port 0 on the first). The endpoint
  // has the port that was taken. An error says which address and why. May block to resolve a name.
  Result<Endpoint> listen(const Endpoint& endpoint);

  // Accepts no more, closes idle connections, answers what is in flight with `Connection: close`; returns
  // when all connections have ended or, at the deadline, after cutting the rest. Upgraded connections are
  // their owner's to close first. Not on an io thread; the io threads must be running.
  void drain(std::chrono::milliseconds deadline);

  const ServerStatistics& statistics() const;

 private:
  class Workers;
  std::unique_ptr<Workers> workers_;
};

}  // namespace pollux::http
