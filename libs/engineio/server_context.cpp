#include "engineio/server_context.hpp"

#include "engineio/cross_origin.hpp"

namespace pollux::engineio {
namespace {

// Closes a WebSocket as soon as it is open: a client hears of that, where many cannot read a refused upgrade.
class SurplusWebSocket : public http::WebSocketListener {
 public:
  void on_open(std::shared_ptr<http::WebSocket> socket) override { socket->close(http::CloseCode::normal); }
  void on_text(std::string_view) override {}
  void on_binary(std::string_view) override {}
  void on_close() override {}
};

}  // namespace

http::WebSocketOptions ServerContext::web_socket_options() const {
  // We drop a slow client ourselves, and count it; the socket's own bound only stands behind that.
  constexpr std::size_t frame_headers = 64 * 1024;
  return {.max_message_bytes = options.max_payload,
          .max_queued_bytes = options.buffered_bytes + frame_headers,
          .close_timeout = options.close_timeout};
}

void ServerContext::reject(RejectReason reason, const http::Request& request, const http::Reply& reply) {
  ++statistics.rejected[static_cast<std::size_t>(reason)];
  if (reason == RejectReason::surplus_web_socket) {
    return reply.upgrade(web_socket_options(), std::make_shared<SurplusWebSocket>());
  }
  auto response = rejection_response(reason, request.wants_websocket);
  add_cross_origin_fields(response, request, options);
  reply(std::move(response));
}

void ServerContext::answer(http::Body body, const http::Request& request, const http::Reply& reply) const {
  http::Response response;
  response.body = std::move(body);
  response.set("Content-Type", "text/plain; charset=UTF-8");
  response.set("Cache-Control", "no-store");
  add_cross_origin_fields(response, request, options);
  reply(std::move(response));
}

}  // namespace pollux::engineio
