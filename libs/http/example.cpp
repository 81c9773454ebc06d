// A small server: a page, a form, and an echo WebSocket.
#include <iostream>

#include "base/io_threads.hpp"
#include "http/form.hpp"
#include "http/router.hpp"
#include "http/server.hpp"

namespace http = pollux::http;

struct Echo : http::WebSocketListener {
  std::shared_ptr<http::WebSocket> socket;

  void on_open(std::shared_ptr<http::WebSocket> opened) override { socket = std::move(opened); }
  void on_text(std::string_view message) override {
    socket->send_text(std::make_shared<const std::string>(message));
  }
  void on_binary(std::string_view) override { socket->close(http::CloseCode::policy); }
  void on_close() override { socket.reset(); }
};

int main() {
  http::Router router;
  router.on(http::Method::get, "/", [](const http::Request&, const http::Reply& reply) {
    reply(http::html(200, "<form method=post><input name=name><button>Greet</button></form>"));
  });
  router.on(http::Method::post, "/", [](const http::Request& request, const http::Reply& reply) {
    const auto form = http::parse_form(request);
    if (!form) return reply(http::text(400, form.error().message));
    reply(http::text(200, "Hello " + std::string(form->find("name").value_or("you")) + "!\n"));
  });
  router.on(http::Method::get, "/echo", [](const http::Request&, const http::Reply& reply) {
    reply.upgrade({}, std::make_shared<Echo>());
  });

  pollux::IoThreads threads(2);
  http::Server server(threads, {}, router);
  const auto endpoint = server.listen({"127.0.0.1", 0});
  if (!endpoint) {
    std::cerr << endpoint.error().message << '\n';
    return 1;
  }
  threads.start();
  std::cout << "Open http://" << endpoint->text() << "/; Enter ends." << std::endl;
  std::cin.get();
  server.drain(std::chrono::seconds(5));
}
