// Socket.IO packets of any bytes. One that is taken keeps its limits, and says the same when it is written
// again.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "socketio/packet.hpp"

namespace socketio = pollux::socketio;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const socketio::PacketLimits limits;
  const auto packet = socketio::decode(text, limits);
  if (!packet) return 0;
  if (packet->attachments > limits.attachments || packet->namespace_name.size() > limits.namespace_bytes) {
    std::abort();
  }
  const auto written = socketio::encode(*packet);
  const auto again = socketio::decode(written, limits);
  if (!again || again->type != packet->type || again->namespace_name != packet->namespace_name ||
      again->id != packet->id || again->attachments != packet->attachments) {
    std::abort();
  }
  return 0;
}
