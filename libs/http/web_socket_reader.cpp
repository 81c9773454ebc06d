#include "http/web_socket_reader.hpp"

#include <algorithm>

#include "base/bounded_text.hpp"

namespace pollux::http {
namespace {

constexpr std::uint16_t no_code = 1005;
constexpr std::uint16_t protocol_error = 1002;
constexpr std::uint16_t not_utf8 = 1007;
constexpr std::uint16_t too_big = 1009;

Incoming violation(std::uint16_t code) {
  return {.kind = Incoming::Kind::violation, .code = code};
}

// The codes that a peer may send: registered ones and those for private use (RFC 6455, section 7.4).
bool is_close_code(std::uint16_t code) {
  return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) || (code >= 3000 && code <= 4999);
}

Incoming close_from(std::string_view payload) {
  if (payload.empty()) return {.kind = Incoming::Kind::close, .code = no_code};
  if (payload.size() == 1) return violation(protocol_error);
  const auto code = static_cast<std::uint16_t>(static_cast<std::uint8_t>(payload[0]) << 8 |
                                               static_cast<std::uint8_t>(payload[1]));
  if (!is_close_code(code)) return violation(protocol_error);
  if (!is_utf8(payload.substr(2))) return violation(not_utf8);
  return {.kind = Incoming::Kind::close, .payload = payload.substr(2), .code = code};
}

// A complete message or control frame.
Incoming incoming(Opcode opcode, std::string_view payload) {
  switch (opcode) {
    case Opcode::text:
      return is_utf8(payload) ? Incoming{Incoming::Kind::text, payload} : violation(not_utf8);
    case Opcode::binary:
      return {Incoming::Kind::binary, payload};
    case Opcode::ping:
      return {Incoming::Kind::ping, payload};
    case Opcode::pong:
      return {Incoming::Kind::pong, payload};
    case Opcode::close:
      return close_from(payload);
    case Opcode::continuation:
      break;
  }
  return violation(protocol_error);
}

std::span<char> take_front(std::span<char>& bytes, std::size_t size) {
  const auto front = bytes.first(size);
  bytes = bytes.subspan(size);
  return front;
}

std::string_view view(std::span<char> bytes) {
  return {bytes.data(), bytes.size()};
}

}  // namespace

std::optional<Incoming> WebSocketReader::next(std::span<char>& bytes) {
  forget_delivered();
  if (!partial_) {
    if (auto arrived = next_in_place(bytes)) return arrived;
  }
  return next_from_parts(bytes);
}

// Consumes nothing if the frame is incomplete, fragmented or invalid.
std::optional<Incoming> WebSocketReader::next_in_place(std::span<char>& bytes) const {
  IncomingHeader header;
  if (header.read(bytes) != IncomingHeader::Validity::valid) return std::nullopt;
  const bool is_whole = header.is_final && header.opcode != Opcode::continuation;
  if (!is_whole || header.payload_bytes > std::min(max_message_bytes_, bytes.size() - header.size)) {
    return std::nullopt;
  }
  take_front(bytes, header.size);
  const auto payload = take_front(bytes, static_cast<std::size_t>(header.payload_bytes));
  unmask(payload, header.mask, 0);
  return incoming(header.opcode, view(payload));
}

std::optional<Incoming> WebSocketReader::next_from_parts(std::span<char>& bytes) {
  while (!bytes.empty()) {
    if (!partial_) partial_ = std::make_unique<Partial>();
    if (!partial_->is_in_payload) {
      if (auto wrong = take_header(bytes)) return wrong;
      if (!partial_->is_in_payload) return std::nullopt;
    }
    take_payload(bytes);
    if (partial_->received < partial_->header.payload_bytes) return std::nullopt;
    if (auto arrived = finish_frame()) return arrived;
  }
  return std::nullopt;
}

// Returns the violation if the header is invalid.
std::optional<Incoming> WebSocketReader::take_header(std::span<char>& bytes) {
  using Validity = IncomingHeader::Validity;
  auto validity = Validity::incomplete;
  while (validity == Validity::incomplete && !bytes.empty()) {
    partial_->header_bytes[partial_->header_size++] = take_front(bytes, 1).front();
    validity = partial_->header.read({partial_->header_bytes.data(), partial_->header_size});
  }
  if (validity == Validity::incomplete) return std::nullopt;
  if (validity == Validity::invalid) return violation(protocol_error);
  partial_->is_in_payload = true;
  partial_->received = 0;

  const auto& header = partial_->header;
  if (is_control(header.opcode)) return std::nullopt;
  const bool continues = header.opcode == Opcode::continuation;
  if (continues != partial_->kind.has_value()) return violation(protocol_error);
  if (header.payload_bytes > max_message_bytes_ - partial_->message.size()) return violation(too_big);
  if (!continues) partial_->kind = header.opcode;
  return std::nullopt;
}

void WebSocketReader::take_payload(std::span<char>& bytes) {
  const auto& header = partial_->header;
  const auto missing = header.payload_bytes - partial_->received;
  const auto piece =
      take_front(bytes, static_cast<std::size_t>(std::min<std::uint64_t>(missing, bytes.size())));
  unmask(piece, header.mask, partial_->received);
  (is_control(header.opcode) ? partial_->control : partial_->message).append(view(piece));
  partial_->received += piece.size();
}

// What this frame completes; nothing if the message continues.
std::optional<Incoming> WebSocketReader::finish_frame() {
  const auto& header = partial_->header;
  partial_->is_in_payload = false;
  partial_->header_size = 0;
  if (is_control(header.opcode)) return incoming(header.opcode, partial_->control);
  if (!header.is_final) return std::nullopt;
  partial_->message_is_delivered = true;
  return incoming(*partial_->kind, partial_->message);
}

void WebSocketReader::forget_delivered() {
  if (!partial_ || partial_->is_in_payload || partial_->header_size > 0) return;
  partial_->control.clear();
  if (partial_->message_is_delivered || !partial_->kind) partial_.reset();
}

}  // namespace pollux::http
