#include "engineio/server_context.hpp"

#include "engineio/cross_origin.hpp"

namespace pollux::engineio {

http::WebSocketOptions ServerContext::web_socket_options() const {
  // We drop a slow client ourselves, and count it; the socket's own bound only stands behind that.
  constexpr std::size_t frame_headers = 64 * 1024;
  return {.max_message_bytes = options.max_payload,
          .max_queued_bytes = options.buffered_bytes + frame_headers,
          .close_timeout = options.close_timeout};
}

void ServerContext::refuse(Refusal refusal, const http::Request& request, const http::Reply& reply) {
  ++statistics.refused[static_cast<std::size_t>(refusal)];
  auto response = refusal_response(refusal, request.wants_websocket);
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
