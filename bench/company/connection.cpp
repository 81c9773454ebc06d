#include "bench/company/connection.hpp"

#include <array>

#include "bench/viewers/frames.hpp"

namespace pollux::bench {
namespace {

void receive_from(int socket, std::string& incoming) {
  std::array<char, 16 * 1024> bytes;
  const auto size = checked(::recv(socket, bytes.data(), bytes.size(), 0), "recv");
  if (size == 0) throw std::runtime_error("The server closed the connection.");
  incoming.append(bytes.data(), static_cast<std::size_t>(size));
}

// Drops the frames up to the first whose payload begins so.
void await_frame(int socket, std::string& incoming, std::string_view beginning) {
  for (;;) {
    while (const auto frame = first_frame(incoming)) {
      const bool found = payload_of(*frame).starts_with(beginning);
      incoming.erase(0, frame->size());
      if (found) return;
    }
    receive_from(socket, incoming);
  }
}

}  // namespace

const std::string opening_request =
    "GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";

HttpAnswer HttpConnection::receive() {
  std::size_t end = 0;
  while ((end = incoming_.find("\r\n\r\n")) == std::string::npos) receive_from(socket_.get(), incoming_);
  constexpr std::string_view length_field = "\r\nContent-Length: ";
  const auto field = incoming_.find(length_field);
  const std::size_t length = field < end ? std::stoul(incoming_.substr(field + length_field.size(), 9)) : 0;
  while (incoming_.size() < end + 4 + length) receive_from(socket_.get(), incoming_);
  HttpAnswer answer{std::stoi(incoming_.substr(9, 3)), incoming_.substr(end + 4, length)};
  incoming_.erase(0, end + 4 + length);
  return answer;
}

std::string session_id(const HttpAnswer& opening) {
  constexpr std::string_view key = R"("sid":")";
  const auto found = opening.body.find(key);
  if (found == std::string::npos) throw std::runtime_error("No session was opened: " + opening.body);
  const auto from = found + key.size();
  return opening.body.substr(from, opening.body.find('"', from) - from);
}

std::string post_request(const std::string& session, std::string_view body) {
  std::string request = "POST /socket.io/?EIO=4&transport=polling&sid=" + session +
                        " HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: text/plain;charset=UTF-8\r\n"
                        "Content-Length: " +
                        std::to_string(body.size()) + "\r\n\r\n";
  return request.append(body);
}

Descriptor join(std::uint16_t port, int segment_bytes) {
  Descriptor socket = connect_from(1, port, segment_bytes);
  send_all(socket.get(),
           "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\n"
           "Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
           "Sec-WebSocket-Version: 13\r\n\r\n");
  std::string incoming;
  std::size_t end = 0;
  while ((end = incoming.find("\r\n\r\n")) == std::string::npos) receive_from(socket.get(), incoming);
  if (!incoming.starts_with("HTTP/1.1 101 ")) throw std::runtime_error("The server said: " + incoming);
  incoming.erase(0, end + 4);
  send_all(socket.get(), text_frame("40"));
  await_frame(socket.get(), incoming, R"(42["auth")");
  return socket;
}

}  // namespace pollux::bench
