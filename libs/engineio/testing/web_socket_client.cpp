#include "engineio/testing/web_socket_client.hpp"

#include <utility>

namespace pollux::engineio::testing {

using std::chrono::steady_clock;

WebSocketClient::WebSocketClient(std::uint16_t port, const std::string& target, const std::string& fields)
    : wire_(port), answer_(wire_.upgrade(target, fields)) {}

Arrival WebSocketClient::receive(std::chrono::milliseconds wait) {
  constexpr int text = 1;
  constexpr int binary = 2;
  http::WireFrame frame = wire_.read_frame(wait);
  switch (frame.opcode) {
    case -1:
      return {.kind = wire_.has_ended() ? Arrival::Kind::end : Arrival::Kind::nothing};
    case text:
      return {.kind = Arrival::Kind::text, .payload = std::move(frame.payload)};
    case binary:
      return {.kind = Arrival::Kind::binary, .payload = std::move(frame.payload)};
    default:
      return {.kind = Arrival::Kind::close, .payload = frame.payload, .close_code = frame.close_code()};
  }
}

std::string WebSocketClient::receive_text(std::chrono::milliseconds wait) {
  const Arrival arrival = receive(wait);
  switch (arrival.kind) {
    case Arrival::Kind::text:
      return arrival.payload;
    case Arrival::Kind::binary:
      return "<binary>";
    case Arrival::Kind::close:
      return "<close>";
    case Arrival::Kind::end:
      return "<end>";
    case Arrival::Kind::nothing:
      return "<nothing>";
  }
  return {};
}

std::string WebSocketClient::receive_binary(std::chrono::milliseconds wait) {
  const Arrival arrival = receive(wait);
  return arrival.kind == Arrival::Kind::binary ? arrival.payload : "<not binary: " + arrival.payload + ">";
}

bool WebSocketClient::is_closed_within(std::chrono::milliseconds wait) {
  const auto deadline = steady_clock::now() + wait;
  for (;;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - steady_clock::now());
    const Arrival arrival = receive(left);
    if (arrival.is_over()) return true;
    if (arrival.kind == Arrival::Kind::nothing) return false;
  }
}

}  // namespace pollux::engineio::testing
