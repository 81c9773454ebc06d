// The server of the tests with Autobahn's cases: sends every message back. Prints its port, and ends when its
// standard input does.
#include <iostream>
#include <memory>
#include <string>

#include "base/io_threads.hpp"
#include "http/server.hpp"

namespace http = pollux::http;

namespace {

class Echo final : public http::WebSocketListener {
 public:
  void on_open(std::shared_ptr<http::WebSocket> socket) override { socket_ = std::move(socket); }
  void on_text(std::string_view message) override { socket_->send_text(copy_of(message)); }
  void on_binary(std::string_view message) override { socket_->send_binary(copy_of(message)); }
  void on_close() override { socket_.reset(); }

 private:
  static http::SharedMessage copy_of(std::string_view message) {
    return std::make_shared<const std::string>(message);
  }

  std::shared_ptr<http::WebSocket> socket_;
};

}  // namespace

int main() {
  // The largest message of the cases has 16 MiB.
  const http::WebSocketOptions options{.max_message_bytes = 20'000'000, .max_queued_bytes = 50'000'000};
  pollux::IoThreads threads(1);
  http::Server server(threads, {}, [&](const http::Request&, const http::Reply& reply) {
    reply.upgrade(options, std::make_shared<Echo>());
  });
  const auto endpoint = server.listen({"127.0.0.1", 0});
  if (!endpoint) {
    std::cerr << endpoint.error().message << '\n';
    return 1;
  }
  threads.start();
  std::cout << endpoint->port << std::endl;
  std::string line;
  while (std::getline(std::cin, line)) {
  }
  server.drain(std::chrono::seconds(1));
  return 0;
}
