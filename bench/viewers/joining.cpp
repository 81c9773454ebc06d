#include "bench/viewers/joining.hpp"

#include <array>

#include "bench/viewers/frames.hpp"
#include "bench/viewers/system.hpp"

namespace pollux::bench {
namespace {

// Blocks until the answer's head, or a frame, is there; `incoming` keeps what comes behind it.
void receive_more(int socket, std::string& incoming) {
  std::array<char, 4096> bytes;
  const auto size = checked(::recv(socket, bytes.data(), bytes.size(), 0), "recv");
  if (size == 0) throw std::runtime_error("The server closed a viewer's connection.");
  incoming.append(bytes.data(), static_cast<std::size_t>(size));
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
  while ((end = incoming.find("\r\n\r\n")) == std::string::npos) receive_more(socket, incoming);
  if (!incoming.starts_with("HTTP/1.1 101 ")) throw std::runtime_error("The server said: " + incoming);
  incoming.erase(0, end + 4);
}

// The payload of the first frame that begins so; those before it are dropped.
std::string receive_payload(int socket, std::string& incoming, std::string_view beginning) {
  for (;;) {
    while (const auto frame = first_frame(incoming)) {
      std::string payload(payload_of(*frame));
      incoming.erase(0, frame->size());
      if (payload.starts_with(beginning)) return payload;
    }
    receive_more(socket, incoming);
  }
}

}  // namespace

std::string join_poll(int socket, std::string& incoming) {
  open_web_socket(socket, incoming);
  receive_payload(socket, incoming, "0{");
  send_all(socket, text_frame("40/polls/default,"));
  return receive_payload(socket, incoming, tally_beginning);
}

}  // namespace pollux::bench
