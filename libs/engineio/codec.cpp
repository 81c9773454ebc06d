#include "engineio/codec.hpp"

#include <utility>

#include "base/encoding.hpp"

namespace pollux::engineio {
namespace {

void separate(std::string& payload) {
  if (!payload.empty()) payload += record_separator;
}

}  // namespace

std::optional<Packet> decode_packet(std::string_view text) {
  if (text.empty() || text.front() < '0' || text.front() > '6') return std::nullopt;
  return Packet{static_cast<PacketType>(text.front()), text.substr(1)};
}

std::string encode_packet(PacketType type, std::string_view payload) {
  std::string text;
  text.reserve(1 + payload.size());
  text += static_cast<char>(type);
  text += payload;
  return text;
}

std::optional<PayloadPacket> PayloadReader::next() {
  const auto end = rest_->find(record_separator);
  const std::string_view packet = rest_->substr(0, end);
  rest_ = end == std::string_view::npos ? std::nullopt : std::optional(rest_->substr(end + 1));
  if (!packet.starts_with('b')) return PayloadPacket{false, packet, {}};

  auto bytes = decode_base64(packet.substr(1));
  if (bytes) return PayloadPacket{true, {}, std::move(*bytes)};
  rest_.reset();
  return std::nullopt;
}

bool has_more_packets_than(std::size_t count, std::string_view payload) {
  for (; count > 0; --count) {
    const auto end = payload.find(record_separator);
    if (end == std::string_view::npos) return false;
    payload.remove_prefix(end + 1);
  }
  return true;
}

void append_text_packet(std::string& payload, std::string_view packet) {
  separate(payload);
  payload += packet;
}

void append_binary_packet(std::string& payload, std::string_view bytes) {
  separate(payload);
  payload += 'b';
  append_base64(payload, bytes);
}

}  // namespace pollux::engineio
