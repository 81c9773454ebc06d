// The HTTP/1.1 server: accepts on every io thread, reads bounded requests, calls one handler, sends the
// responses. Requests of one connection are handled one at a time, in order.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "http/client_address.hpp"
#include "http/negotiation.hpp"
#include "http/reply.hpp"
#include "http/request.hpp"
#include "http/server_statistics.hpp"

namespace pollux {
class IoThreads;
}

namespace pollux::http {

// A bound for everything that a client can make large or slow. The comments say what happens to a client that
// exceeds it: an error response with this status, after which the connection is closed, or only the latter.
// Times are checked four times a second, so they end up to 250 ms late.
struct ServerLimits {
  std::size_t header_bytes = 16 * 1024;  // request line and fields: 431; a request line alone: 414
  std::size_t target_bytes = 4 * 1024;   // 414
  std::size_t header_fields = 100;       // 431
  std::size_t body_bytes = 64 * 1024;    // 413
  // Of this server, on all threads. Beyond it a connection of the io thread is closed for the new one: the
  // oldest one that has not completed a request in 1 s, or else the oldest one that waits for a request, or
  // else the oldest one with an incomplete request; if there is none, the new one gets 503.
  std::size_t connections = 20'000;
  // File descriptors of the process reserved for others: databases, files, other listeners. If no more are
  // free, connections are shed as above. 0: this server may use all.
  std::size_t spare_descriptors = 0;
  std::chrono::milliseconds header_time{10'000};  // from the first byte to the end of the header: 408
  std::chrono::milliseconds body_time{30'000};    // from the end of the header to the end of the body: 408
  std::chrono::milliseconds idle_time{75'000};    // between requests: closed
  std::chrono::milliseconds write_time{30'000};   // without progress in sending: closed
  // A client that reads less than this, on average since it fell behind, is closed after write_time. So a
  // response of N bytes is sent within write_time + N / write_bytes_per_second. At least 1.
  std::size_t write_bytes_per_second = 1'000;
  std::chrono::milliseconds handler_time{30'000};  // from the request to its response: 503, closed
  // After an error response the connection still receives and discards, until one of these bounds, so that a
  // client that is sending can read the response.
  std::chrono::milliseconds linger_time{5'000};
  std::size_t linger_bytes = 100'000'000;
};

// The process's limit of file descriptors (RLIMIT_NOFILE); the largest number if there is none.
std::size_t limit_of_descriptors();

// Why a connection was shed: rejected, or another one closed to make room for it.
enum class Shed { too_many_connections, too_few_descriptors };

// A handler that threw, dropped its Reply, or did not reply in time. The views are valid during the call.
struct HandlerFailure {
  std::string_view method;         // as sent; "WebSocket" if a listener threw
  std::string_view path{};         // of the request; empty for a listener
  std::string_view request_id{};   // empty for a listener
  std::string_view what{};         // of the exception, or what the handler did wrong
  std::exception_ptr exception{};  // empty if nothing was thrown
};

// Callbacks run on io threads; they must not block or throw.
struct ServerOptions {
  ServerLimits limits;
  SecurityHeaders security;
  // Selects paths whose protocol has no body in a 413; empty: every 413 has a message.
  std::function<bool(std::string_view path)> omits_413_body{};
  std::function<void(Shed)> on_shed = {};  // for each connection that is shed
  ErrorPage error_page;                    // empty: errors are plain text
  TrustedProxies trusted_proxies{};        // whose X-Forwarded-For decides Request::remote_address
  std::function<void(const HandlerFailure&)> on_failure{};
};

// An address to listen on.
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
  // Answers each request, at once or later. Called on an io thread; must not block. If it throws, the client
  // gets a 500 and ServerOptions::on_failure is called.
  using Handler = std::function<void(const Request&, Reply)>;

  // The io threads must outlive the server.
  Server(IoThreads& threads, ServerOptions options, Handler handler);
  // Closes all connections at once. The handler is not called after it returns.
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // Binds and starts to accept on every address of the host (with port 0 on the first one). Returns the
  // endpoint with its actual port, or an error that names the address and the cause. May block to resolve a
  // name.
  Result<Endpoint> listen(const Endpoint& endpoint);

  // Stops accepting, closes idle connections, answers requests in flight with `Connection: close`. Returns
  // when all connections have ended; at the deadline the rest is closed. Upgraded connections should be
  // closed by their owner first. Not on an io thread; the io threads must be running.
  void drain(std::chrono::milliseconds deadline);

  const ServerStatistics& statistics() const;

 private:
  class Workers;
  std::unique_ptr<Workers> workers_;
};

}  // namespace pollux::http
