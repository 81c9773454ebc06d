#include "http/web_socket_protocol.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include <openssl/evp.h>

#include "base/encoding.hpp"
#include "http/ascii.hpp"
#include "http/request_id.hpp"

namespace pollux::http {
namespace {

// Sent with 426 (RFC 6455, section 4.4; RFC 9110, section 15.5.22).
constexpr std::array<std::pair<std::string_view, std::string_view>, 3> our_version{{
    {"Sec-WebSocket-Version", "13"},
    {"Upgrade", "websocket"},
    {"Connection", "upgrade"},
}};

// 16 bytes in base64.
bool is_key(std::string_view key) {
  return key.size() == 24 && key.ends_with("==") && std::ranges::all_of(key.substr(0, 22), [](char c) {
           return is_alphanumeric(c) || c == '+' || c == '/';
         });
}

constexpr std::uint8_t final_bit = 0x80;
constexpr std::uint8_t reserved_bits = 0x70;
constexpr std::uint8_t mask_bit = 0x80;
constexpr std::size_t mask_bytes = 4;

std::size_t length_bytes(std::size_t short_length) {
  return short_length == 126 ? 2 : short_length == 127 ? 8 : 0;
}

std::uint64_t read_big_endian(std::span<const char> bytes) {
  std::uint64_t number = 0;
  for (const char byte : bytes) number = number << 8 | static_cast<std::uint8_t>(byte);
  return number;
}

bool is_known(std::uint8_t opcode) {
  return opcode <= 2 || (opcode >= 8 && opcode <= 10);
}

bool is_shortest_form(std::uint64_t length, std::size_t bytes) {
  if (bytes == 2) return length >= 126;
  if (bytes == 8) return length > 0xffff && length >> 63 == 0;
  return true;
}

}  // namespace

std::optional<ErrorResponse> check_web_socket_handshake(const Request& request) {
  if (request.method != Method::get || !request.wants_websocket ||
      !has_token(request.header("Connection"), "upgrade")) {
    return ErrorResponse{400,
                         "This is a WebSocket endpoint, and the request is not a WebSocket handshake.\n"};
  }
  if (request.headers->count("Sec-WebSocket-Version") != 1 ||
      request.header("Sec-WebSocket-Version") != "13") {
    return ErrorResponse{426, "The only supported WebSocket version is 13.\n", our_version};
  }
  if (request.headers->count("Sec-WebSocket-Key") != 1 || !is_key(request.header("Sec-WebSocket-Key"))) {
    return ErrorResponse{400, "The WebSocket handshake has no valid Sec-WebSocket-Key.\n"};
  }
  return std::nullopt;
}

std::string web_socket_handshake_answer(std::string_view key, std::string_view request_id) {
  std::string text(key);
  text += "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest;
  unsigned digest_size = 0;
  EVP_Digest(text.data(), text.size(), digest.data(), &digest_size, EVP_sha1(), nullptr);

  std::string answer =
      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
      "Sec-WebSocket-Accept: ";
  append_base64(answer, {reinterpret_cast<const char*>(digest.data()), digest_size});
  answer.append("\r\n").append(request_id_field).append(": ").append(request_id);
  return answer + "\r\n\r\n";
}

OutgoingHeader::OutgoingHeader(Opcode opcode, std::uint64_t payload_bytes) {
  const std::size_t more = payload_bytes < 126 ? 0 : payload_bytes <= 0xffff ? 2 : 8;
  bytes_[0] = static_cast<char>(final_bit | static_cast<std::uint8_t>(opcode));
  bytes_[1] = static_cast<char>(more == 0 ? payload_bytes : more == 2 ? 126U : 127U);
  for (std::size_t i = 0; i < more; ++i) {
    bytes_[2 + i] = static_cast<char>(payload_bytes >> (8 * (more - 1 - i)) & 0xff);
  }
  size_ = static_cast<std::uint8_t>(2 + more);
}

IncomingHeader::Validity IncomingHeader::read(std::span<const char> bytes) {
  // The first two bytes are checked at once, so that an invalid frame is not waited for.
  if (bytes.size() < 2) return Validity::incomplete;
  const auto first = static_cast<std::uint8_t>(bytes[0]);
  const auto second = static_cast<std::uint8_t>(bytes[1]);
  const auto number = static_cast<std::uint8_t>(first & 0x0f);
  const auto short_length = static_cast<std::size_t>(second & 0x7f);
  if ((first & reserved_bits) != 0 || !is_known(number) || (second & mask_bit) == 0) {
    return Validity::invalid;
  }
  opcode = static_cast<Opcode>(number);
  is_final = (first & final_bit) != 0;
  if (is_control(opcode) && (!is_final || short_length > max_control_payload)) return Validity::invalid;

  const std::size_t more = length_bytes(short_length);
  size = static_cast<std::uint8_t>(2 + more + mask_bytes);
  if (bytes.size() < size) return Validity::incomplete;
  payload_bytes = more == 0 ? short_length : read_big_endian(bytes.subspan(2, more));
  std::memcpy(mask.data(), bytes.data() + 2 + more, mask_bytes);
  return is_shortest_form(payload_bytes, more) ? Validity::valid : Validity::invalid;
}

void unmask(std::span<char> bytes, const std::array<char, 4>& mask, std::uint64_t position) {
  // Rotated to `position`, then applied eight bytes at a time.
  std::array<char, 8> rotated;
  for (std::size_t i = 0; i < rotated.size(); ++i) rotated[i] = mask[(position + i) % mask.size()];
  std::uint64_t word_of_mask = 0;
  std::memcpy(&word_of_mask, rotated.data(), sizeof word_of_mask);
  std::size_t i = 0;
  for (; i + sizeof word_of_mask <= bytes.size(); i += sizeof word_of_mask) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes.data() + i, sizeof word);
    word ^= word_of_mask;
    std::memcpy(bytes.data() + i, &word, sizeof word);
  }
  for (; i < bytes.size(); ++i) bytes[i] = static_cast<char>(bytes[i] ^ rotated[i % rotated.size()]);
}

}  // namespace pollux::http
