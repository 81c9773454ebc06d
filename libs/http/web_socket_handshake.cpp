#include <algorithm>
#include <array>
#include <utility>

#include <openssl/evp.h>

#include "http/ascii.hpp"
#include "http/web_socket_session.hpp"

namespace pollux::http {
namespace {

// With 426 (RFC 6455, section 4.4; RFC 9110, section 15.5.22).
constexpr std::array<std::pair<std::string_view, std::string_view>, 3> our_version{{
    {"Sec-WebSocket-Version", "13"},
    {"Upgrade", "websocket"},
    {"Connection", "upgrade"},
}};

// 16 bytes in base64.
bool is_key(std::string_view key) {
  return key.size() == 24 && key.ends_with("==") && std::ranges::all_of(key.substr(0, 22), [](char c) {
           return (c >= '0' && c <= '9') || (to_lower(c) >= 'a' && to_lower(c) <= 'z') || c == '+' ||
                  c == '/';
         });
}

}  // namespace

std::optional<ErrorResponse> check_web_socket_handshake(const Request& request) {
  if (request.method != Method::get || !request.wants_websocket ||
      !has_token(request.header("Connection"), "upgrade")) {
    return ErrorResponse{400, "This address speaks WebSocket; the request does not ask for it.\n"};
  }
  if (request.headers->count("Sec-WebSocket-Version") != 1 ||
      request.header("Sec-WebSocket-Version") != "13") {
    return ErrorResponse{426, "Please use version 13 of WebSocket.\n", our_version};
  }
  if (request.headers->count("Sec-WebSocket-Key") != 1 || !is_key(request.header("Sec-WebSocket-Key"))) {
    return ErrorResponse{400, "The WebSocket handshake has no valid key.\n"};
  }
  return std::nullopt;
}

std::string web_socket_handshake_answer(std::string_view key) {
  std::string text(key);
  text += "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest;
  unsigned digest_size = 0;
  EVP_Digest(text.data(), text.size(), digest.data(), &digest_size, EVP_sha1(), nullptr);
  std::array<unsigned char, EVP_MAX_MD_SIZE * 2> base64;
  const int size = EVP_EncodeBlock(base64.data(), digest.data(), static_cast<int>(digest_size));

  std::string answer =
      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
      "Sec-WebSocket-Accept: ";
  answer.append(reinterpret_cast<const char*>(base64.data()), static_cast<std::size_t>(size));
  return answer + "\r\n\r\n";
}

}  // namespace pollux::http
