// For tests: a client on a plain socket, which can send what no proper client would, and a server on a free
// port. Every wait ends after the time that is passed for it.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "base/io_threads.hpp"
#include "base/testing/eventually.hpp"
#include "http/server.hpp"

namespace pollux::http {

// How long a test waits for what has to come; only a failing test takes that long.
inline constexpr std::chrono::seconds longest_wait{60};

struct WireAnswer {
  unsigned status = 0;  // 0: none came
  std::string head;     // status line and fields, each with its end of line
  std::string body;
  bool is_complete = true;  // false if the connection ended within the body

  // The value of a field, by its exact name; empty if there is none.
  std::string field(const std::string& name) const;
};

// A frame received from the server.
struct WireFrame {
  int opcode = -1;  // -1: none came
  bool final = false;
  std::string payload;

  unsigned close_code() const;  // of a close frame; 0 without one
};

inline const std::string plain_get = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";

// A client's frame. The first byte is FIN and the opcode (RFC 6455, section 5.2).
std::string masked_frame(unsigned char first_byte, std::string_view payload);

// One connection to 127.0.0.1. One thread.
class WireClient {
 public:
  using Wait = std::chrono::milliseconds;

  // Throws std::runtime_error if nothing listens on the port. `receive_buffer_bytes`: of the kernel; 0: its
  // default.
  explicit WireClient(std::uint16_t port, int receive_buffer_bytes = 0);
  ~WireClient();
  WireClient(WireClient&& other) noexcept
      : socket_(std::exchange(other.socket_, -1)),
        has_ended_(other.has_ended_),
        received_(std::move(other.received_)) {}
  WireClient& operator=(WireClient&&) = delete;

  // False if the server has closed, or has not read for `longest_wait`.
  bool send(std::string_view bytes);
  void send_frame(unsigned char first_byte, std::string_view payload);
  void finish_sending();
  void reset();  // closes with RST, as when a process is killed

  // The next response. What follows it is kept for the next call.
  WireAnswer read_answer(bool has_body = true, Wait wait = longest_wait);
  // What follows, up to and with `end`, as sent: for bodies that have no end. Less if the server closes.
  std::string read_until(std::string_view end, Wait wait = longest_wait);
  std::string read_rest(Wait wait = longest_wait);  // all until the server closes
  WireFrame read_frame(Wait wait = longest_wait);   // likewise
  // Asks to open a WebSocket; `fields` are more header fields, each with its end of line.
  WireAnswer upgrade(const std::string& target = "/", const std::string& fields = {});
  // Receives and discards some bytes, without a limit of time; false if the server has closed.
  bool receive_at_most(std::size_t size);

  // True if the server closes, with nothing more to read.
  bool is_closed(Wait wait = longest_wait);
  // True once a read has found that the server has closed.
  bool has_ended() const { return has_ended_; }

 private:
  using Deadline = std::chrono::steady_clock::time_point;

  static Deadline after(Wait wait) { return std::chrono::steady_clock::now() + wait; }
  bool receive_more(Deadline deadline);
  bool receive_until(std::size_t size, Deadline deadline);
  bool receive_chunks(std::string& body, Deadline deadline);

  int socket_ = -1;
  bool has_ended_ = false;
  std::string received_;
};

class TestServer {
 public:
  explicit TestServer(Server::Handler handler, ServerOptions options = {}, std::size_t threads = 1)
      : threads_(threads), server_(threads_, std::move(options), std::move(handler)) {
    port_ = server_.listen({"127.0.0.1", 0}).value().port;
    threads_.start();
  }

  std::uint16_t port() const { return port_; }
  Server& server() { return server_; }
  IoThreads& threads() { return threads_; }

 private:
  IoThreads threads_;
  Server server_;
  std::uint16_t port_ = 0;
};

}  // namespace pollux::http
