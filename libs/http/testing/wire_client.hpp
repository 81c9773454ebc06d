// For tests: a server on a free port, and a client that sends raw bytes and never waits longer than its
// deadline.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <thread>

#include "base/io_threads.hpp"
#include "base/testing/eventually.hpp"
#include "http/server.hpp"

namespace pollux::http {

struct WireAnswer {
  unsigned status = 0;  // 0: none came
  std::string head;     // status line and fields
  std::string body;

  // The value of a field, by its exact name; empty if there is none.
  std::string field(const std::string& name) const;
};

// A frame received from the server.
struct WireFrame {
  int opcode = -1;  // -1: none came
  bool final = false;
  std::string payload;

  unsigned close_code() const;
};

// A client's frame. The first byte is FIN and the opcode (RFC 6455, section 5.2).
std::string masked_frame(unsigned char first_byte, std::string_view payload);

class WireClient {
 public:
  explicit WireClient(std::uint16_t port, int receive_buffer_bytes = 0);
  ~WireClient();
  WireClient(const WireClient&) = delete;
  WireClient& operator=(const WireClient&) = delete;

  // False if the server has closed.
  bool send(std::string_view bytes);
  void finish_sending();
  void reset();  // closes with RST, as when a process is killed
  WireAnswer read_answer(bool has_body = true);
  WireFrame read_frame();
  // Receives and discards some bytes; false if the server has closed.
  bool receive_at_most(std::size_t size);
  // True if the server closes, with nothing more to read.
  bool is_closed();
  void send_frame(unsigned char first_byte, std::string_view payload);
  // Opens a WebSocket at "/".
  WireAnswer upgrade();

 private:
  bool receive_more();
  bool receive_until(std::size_t size);

  int socket_ = -1;
  std::string received_;
  std::chrono::steady_clock::time_point deadline_;
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
