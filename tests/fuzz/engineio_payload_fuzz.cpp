// Polling payloads of any bytes. What is read, written again and read again is the same.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "engineio/codec.hpp"

namespace engineio = pollux::engineio;

namespace {

struct Packets {
  std::string written;
  std::size_t count = 0;
  bool is_sound = true;
};

Packets read(std::string_view payload) {
  Packets packets;
  engineio::PayloadReader reader(payload);
  while (!reader.at_end()) {
    const auto packet = reader.next();
    if (!packet) {
      if (!reader.at_end()) std::abort();
      packets.is_sound = false;
      break;
    }
    ++packets.count;
    if (packet->is_binary) {
      engineio::append_binary_packet(packets.written, packet->bytes);
    } else {
      if (packet->text.find(engineio::record_separator) != std::string_view::npos) std::abort();
      engineio::append_text_packet(packets.written, packet->text);
    }
  }
  return packets;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view payload(reinterpret_cast<const char*>(data), size);
  const Packets packets = read(payload);
  if (packets.count > size + 1) std::abort();
  // An empty first packet is rejected by every session, and has no separator when it is written.
  const bool begins_empty = payload.empty() || payload.front() == engineio::record_separator;
  if (packets.is_sound && !begins_empty && packets.written != payload) std::abort();
  return 0;
}
