#include "bench/web_socket_client.hpp"

#include <stdexcept>

namespace pollux::bench {
namespace {

std::size_t header_bytes(std::string_view bytes) {
  const auto length = static_cast<unsigned char>(bytes[1]);
  if (length > 126) throw std::runtime_error("The server sent a masked frame, or one of more than 64 kB.");
  return length == 126 ? 4 : 2;
}

void open_web_socket(int socket, std::string& incoming) {
  send_all(
      socket,
      "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: 127.0.0.1\r\n"
      "User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0\r\n"
      "Accept-Encoding: gzip, deflate, br\r\nAccept-Language: en-GB,en;q=0.9\r\nCache-Control: no-cache\r\n"
      "Pragma: no-cache\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
      "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n"
      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n");
  std::size_t end = 0;
  while ((end = incoming.find("\r\n\r\n")) == std::string::npos) receive_into(socket, incoming);
  if (!incoming.starts_with("HTTP/1.1 101 ")) throw std::runtime_error("Not upgraded: " + incoming);
  incoming.erase(0, end + 4);
}

// The first payload with this prefix; earlier frames are dropped.
std::string receive_payload(int socket, std::string& incoming, std::string_view prefix) {
  for (;;) {
    while (const auto frame = first_frame(incoming)) {
      std::string payload(payload_of(*frame));
      incoming.erase(0, frame->size());
      if (payload.starts_with(prefix)) return payload;
    }
    receive_into(socket, incoming);
  }
}

}  // namespace

std::optional<std::string_view> first_frame(std::string_view bytes) {
  if (bytes.size() < 2) return std::nullopt;
  const auto header = header_bytes(bytes);
  if (bytes.size() < header) return std::nullopt;
  std::size_t length = static_cast<unsigned char>(bytes[1]);
  if (header == 4) {
    length = static_cast<unsigned char>(bytes[2]) * 256U + static_cast<unsigned char>(bytes[3]);
  }
  if (bytes.size() < header + length) return std::nullopt;
  return bytes.substr(0, header + length);
}

std::string_view payload_of(std::string_view frame) {
  return frame.substr(header_bytes(frame));
}

std::string text_frame(std::string_view payload) {
  if (payload.size() > 65'535) throw std::invalid_argument("text_frame: the payload is too long.");
  std::string frame("\x81");
  if (payload.size() < 126) {
    frame += static_cast<char>(0x80 | payload.size());
  } else {
    frame += static_cast<char>(0x80 | 126);
    frame += static_cast<char>(payload.size() >> 8U);
    frame += static_cast<char>(payload.size() & 0xffU);
  }
  return frame.append(4, '\0').append(payload);
}

std::string tally_prefix(std::string_view poll) {
  const std::string_view event = poll == default_poll ? "tally" : "results";
  return "42/polls/" + std::string(poll) + ",[\"" + std::string(event) + "\",";
}

std::string join_poll(int socket, std::string& incoming, std::string_view poll) {
  open_web_socket(socket, incoming);
  receive_payload(socket, incoming, "0{");
  send_all(socket, text_frame("40/polls/" + std::string(poll) + ","));
  return receive_payload(socket, incoming, tally_prefix(poll));
}

Descriptor join_main_namespace(std::uint16_t port, int segment_bytes) {
  Descriptor socket = connect_from(1, port, segment_bytes);
  std::string incoming;
  open_web_socket(socket.get(), incoming);
  send_all(socket.get(), text_frame("40"));
  receive_payload(socket.get(), incoming, R"(42["auth")");
  return socket;
}

}  // namespace pollux::bench
