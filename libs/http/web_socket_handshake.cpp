#include <algorithm>

#include "http/ascii.hpp"
#include "http/web_socket_session.hpp"

namespace pollux::http {
namespace {

// 16 bytes in base64.
bool is_key(std::string_view key) {
  return key.size() == 24 && key.ends_with("==") && std::ranges::all_of(key.substr(0, 22), [](char c) {
           return (c >= '0' && c <= '9') || (to_lower(c) >= 'a' && to_lower(c) <= 'z') || c == '+' ||
                  c == '/';
         });
}

}  // namespace

std::optional<Refusal> check_web_socket_handshake(const Request& request) {
  if (request.method != Method::get || !request.wants_websocket ||
      !has_token(request.header("Connection"), "upgrade")) {
    return Refusal{400, "This address speaks WebSocket; the request does not ask for it.\n"};
  }
  if (request.headers->count("Host") == 0) return Refusal{400, "A WebSocket needs HTTP/1.1.\n"};
  if (request.header("Sec-WebSocket-Version") != "13") {
    return Refusal{400, "Please use version 13 of WebSocket.\n"};
  }
  if (request.headers->count("Sec-WebSocket-Key") != 1 || !is_key(request.header("Sec-WebSocket-Key"))) {
    return Refusal{400, "The WebSocket handshake has no valid key.\n"};
  }
  return std::nullopt;
}

}  // namespace pollux::http
