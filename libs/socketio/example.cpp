// A complete server: it answers `say` with `echo` and the same arguments, and broadcasts the `count` of these
// events.
#include <atomic>
#include <chrono>
#include <cstdio>

#include "base/io_threads.hpp"
#include "http/server.hpp"
#include "socketio/server.hpp"

using namespace pollux;

int main() {
  IoThreads threads(2);
  socketio::Server server(threads, {});
  std::atomic<int> count{0};
  socketio::Namespace main;
  main.events["say"] = [&](const auto& socket, const socketio::Arguments& words, const auto&) {
    socket->emit("echo", words);
    server.broadcast_latest({{.namespace_name = "/"}, "count"}, "count", {++count});
  };
  server.namespaces().add("/", main);

  http::ServerOptions options;
  options.limits.body_bytes = socketio::Options().transport.max_payload;  // of a polling POST
  http::Server web(threads, options, [&](const http::Request& request, const http::Reply& reply) {
    server.serves(request) ? server.handle(request, reply) : reply(http::text(404, "Not found."));
  });
  threads.start();
  const auto listening = web.listen({"127.0.0.1", 3000});
  if (!listening) return std::fprintf(stderr, "%s\n", listening.error().message.c_str()), 1;
  std::puts("Connect with io('http://127.0.0.1:3000') of socket.io-client. Press Enter to stop the server.");
  std::getchar();
  server.drain();
  web.drain(std::chrono::seconds(3));
}
