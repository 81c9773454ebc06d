// An echo server.
#include <chrono>
#include <cstdio>

#include "base/io_threads.hpp"
#include "engineio/codec.hpp"
#include "engineio/server.hpp"
#include "http/server.hpp"

using namespace pollux;

struct Echo : engineio::Listener {
  engineio::Connection* connection = nullptr;

  void on_open(engineio::Connection& opened) override { connection = &opened; }
  void on_text(std::string_view message) override {
    const auto packet = engineio::encode_packet(engineio::PacketType::message, message);
    connection->send_text(std::make_shared<const std::string>(packet));
  }
  void on_binary(std::string_view message) override {
    connection->send_binary(std::make_shared<const std::string>(message));
  }
  void on_close(engineio::CloseReason) override { connection = nullptr; }
};

int main() {
  IoThreads threads(2);
  engineio::Server engine(threads, {}, [](const http::Request&) { return std::make_shared<Echo>(); });
  http::ServerOptions options;
  options.limits.body_bytes = engineio::Options().max_payload;  // of a polling POST
  http::Server web(threads, options, [&](const http::Request& request, const http::Reply& reply) {
    engine.serves(request) ? engine.handle(request, reply) : reply(http::text(404, "There is nothing here."));
  });
  threads.start();
  const auto listening = web.listen({"127.0.0.1", 3000});
  if (!listening) return std::fprintf(stderr, "%s\n", listening.error().message.c_str()), 1;
  std::puts("Connect with new Socket('http://127.0.0.1:3000') of engine.io-client. Enter ends the server.");
  std::getchar();
  engine.drain();
  web.drain(std::chrono::seconds(3));
}
