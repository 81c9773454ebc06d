#include "socketio/packet.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/bounded_text.hpp"
#include "socketio/json.hpp"

namespace pollux::socketio {
namespace {

bool is_binary(PacketType type) {
  return type == PacketType::binary_event || type == PacketType::binary_ack;
}
bool is_event(PacketType type) {
  return type == PacketType::event || type == PacketType::binary_event;
}
bool is_ack(PacketType type) {
  return type == PacketType::ack || type == PacketType::binary_ack;
}

// Removes a decimal number without leading zeros from the front. Empty if there is none or it does not fit.
std::optional<std::uint64_t> take_number(std::string_view& text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const auto length = static_cast<std::size_t>(end - text.data());
  if (error != std::errc{} || (text.front() == '0' && length > 1)) return std::nullopt;
  text.remove_prefix(length);
  return number;
}

bool starts_with_digit(std::string_view text) {
  return !text.empty() && text.front() >= '0' && text.front() <= '9';
}

class Decoder {
 public:
  Decoder(std::string_view text, const PacketLimits& limits) : rest_(text), limits_(limits) {}

  Result<Packet> decode() {
    const char* error = take_type();
    if (error == nullptr) error = take_attachments();
    if (error == nullptr) error = take_namespace();
    if (error == nullptr) error = take_id();
    if (error != nullptr) return invalid(error);
    if (!rest_.empty()) {
      auto data = parse_json(rest_, limits_.json_depth);
      if (!data) return data.error();
      packet_.data = std::move(*data);
    }
    error = data_error();
    if (error != nullptr) return invalid(error);
    return std::move(packet_);
  }

 private:
  // Each removes its part from the front of rest_. Returns an error message, or null.

  const char* take_type() {
    if (rest_.empty() || rest_.front() < '0' || rest_.front() > '6') return "The packet type is unknown.";
    packet_.type = static_cast<PacketType>(rest_.front());
    rest_.remove_prefix(1);
    return nullptr;
  }

  const char* take_attachments() {
    if (!is_binary(packet_.type)) return nullptr;
    const auto count = take_number(rest_);
    if (!count || *count < 1 || *count > limits_.attachments || !rest_.starts_with('-')) {
      return "The number of attachments is missing or out of range.";
    }
    packet_.attachments = static_cast<std::size_t>(*count);
    rest_.remove_prefix(1);
    return nullptr;
  }

  const char* take_namespace() {
    if (!rest_.starts_with('/')) return nullptr;
    const std::size_t comma = rest_.find(',');
    const std::string_view name = rest_.substr(0, comma);
    if (name.size() > limits_.namespace_bytes) return "The namespace name is too long.";
    if (!is_plain_text(name)) return "The namespace name contains control characters or is not valid UTF-8.";
    packet_.namespace_name = name;
    rest_.remove_prefix(comma == std::string_view::npos ? rest_.size() : comma + 1);
    return nullptr;
  }

  const char* take_id() {
    if (!starts_with_digit(rest_)) return is_ack(packet_.type) ? "The acknowledgement has no id." : nullptr;
    if (!is_event(packet_.type) && !is_ack(packet_.type)) return "This packet type has no id.";
    packet_.id = take_number(rest_);
    if (!packet_.id || *packet_.id > max_ack_id) return "The acknowledgement id is out of range.";
    return nullptr;
  }

  const char* data_error() const {
    switch (packet_.type) {
      case PacketType::connect:
        return !packet_.data || packet_.data->is_object() ? nullptr : "The CONNECT data is not an object.";
      case PacketType::disconnect:
        return packet_.data ? "A DISCONNECT packet has no data." : nullptr;
      case PacketType::connect_error:
        return packet_.data && (packet_.data->is_object() || packet_.data->is_string())
                   ? nullptr
                   : "The CONNECT_ERROR packet has no message.";
      default:
        return arguments_error();
    }
  }

  const char* arguments_error() const {
    if (!packet_.data || !packet_.data->is_array()) return "The arguments are not an array.";
    const auto& values = packet_.data->get_array();
    if (is_event(packet_.type)) {
      if (values.empty() || !values.front().is_string()) return "The event has no name.";
      if (is_reserved_event(values.front().get_string())) return "The event name is reserved.";
    }
    if (is_binary(packet_.type) && !has_all_placeholders(values, packet_.attachments)) {
      return "The placeholders do not match the attachments.";
    }
    return nullptr;
  }

  std::string_view rest_;
  const PacketLimits& limits_;
  Packet packet_;
};

std::string encode_head(PacketType type, std::size_t attachments, std::string_view namespace_name,
                        std::optional<std::uint64_t> id) {
  std::string text(1, static_cast<char>(type));
  if (is_binary(type)) text += std::to_string(attachments) + '-';
  if (namespace_name != "/") (text += namespace_name) += ',';
  if (id) text += std::to_string(*id);
  return text;
}

}  // namespace

bool is_reserved_event(std::string_view name) {
  static constexpr std::array<std::string_view, 6> reserved = {
      "connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener"};
  return std::find(reserved.begin(), reserved.end(), name) != reserved.end();
}

Result<Packet> decode(std::string_view text, const PacketLimits& limits) {
  return Decoder(text, limits).decode();
}

std::string encode(const Packet& packet) {
  std::string text = encode_head(packet.type, packet.attachments, packet.namespace_name, packet.id);
  if (packet.data) append_json(text, *packet.data);
  return text;
}

std::string encode_event(std::string_view namespace_name, std::string_view event, const Arguments& arguments,
                         const EventExtras& extras) {
  const std::size_t attachments = arguments.attachments.size();
  std::string text = encode_head(attachments > 0 ? PacketType::binary_event : PacketType::event, attachments,
                                 namespace_name, extras.id);
  text += '[';
  append_json(text, event);
  for (const auto& value : arguments.values) {
    text += ',';
    append_json(text, value);
  }
  if (!extras.last.empty()) (text += ',') += extras.last;
  text += ']';
  return text;
}

std::string encode_ack(std::string_view namespace_name, std::uint64_t id, const Arguments& arguments) {
  const std::size_t attachments = arguments.attachments.size();
  std::string text = encode_head(attachments > 0 ? PacketType::binary_ack : PacketType::ack, attachments,
                                 namespace_name, id);
  append_json(text, arguments.values);
  return text;
}

}  // namespace pollux::socketio
