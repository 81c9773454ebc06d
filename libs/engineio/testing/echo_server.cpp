#include "engineio/testing/echo_server.hpp"

#include <string>
#include <utility>

#include "engineio/codec.hpp"

namespace pollux::engineio::testing {
namespace {

class Echo : public Listener {
 public:
  void on_open(Connection& connection) override { connection_ = &connection; }
  void on_text(std::string_view message) override {
    connection_->send_text(std::make_shared<const std::string>(encode_packet(PacketType::message, message)));
  }
  void on_binary(std::string_view message) override {
    connection_->send_binary(std::make_shared<const std::string>(message));
  }
  void on_close(CloseReason) override { connection_ = nullptr; }

 private:
  Connection* connection_ = nullptr;
};

}  // namespace

Options quick_options() {
  Options options;
  options.ping_times = {std::chrono::milliseconds(300), std::chrono::milliseconds(200)};
  options.buffered_bytes = 4'000'000;
  options.close_timeout = std::chrono::milliseconds(200);
  return options;
}

Options patient_options() {
  Options options = quick_options();
  options.ping_times.timeout = std::chrono::seconds(3);
  return options;
}

Options calm_options() {
  Options options;
  options.buffered_bytes = quick_options().buffered_bytes;
  return options;
}

Server::Accept echo() {
  return [](const http::Request&) { return std::make_shared<Echo>(); };
}

http::ServerOptions http_options() {
  http::ServerOptions options;
  options.limits.body_bytes = Options().max_payload;
  options.omits_413_body = [](std::string_view path) {
    return path == "/engine.io/" || path == "/socket.io/";
  };
  return options;
}

EchoServer::EchoServer(Options options, Server::Accept accept, std::size_t io_threads,
                       http::ServerOptions http)
    : threads_(io_threads),
      engine_(threads_, std::move(options), std::move(accept)),
      http_(threads_, std::move(http), [this](const http::Request& request, const http::Reply& reply) {
        engine_.serves(request) ? engine_.handle(request, reply)
                                : reply(http::text(404, "There is nothing here."));
      }) {
  threads_.start();
  port_ = http_.listen({"127.0.0.1", 0}).value().port;
}

EchoServer::~EchoServer() {
  engine_.drain();
  http_.drain(std::chrono::seconds(1));
  threads_.stop();
}

}  // namespace pollux::engineio::testing
