// WebSocket bytes of any kind: the first byte says in what pieces the others come. However they are cut, the
// same has to arrive, within the bound, and text has to be UTF-8.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "base/bounded_text.hpp"
#include "http/web_socket_reader.hpp"

namespace http = pollux::http;

namespace {

using Kind = http::Incoming::Kind;

constexpr std::size_t bound = 300;

struct Arrived {
  Kind kind;
  std::string payload;
  std::uint16_t code;
  bool operator==(const Arrived&) const = default;
};

std::vector<Arrived> read(std::string bytes, std::size_t piece) {
  http::WebSocketReader reader(bound);
  std::vector<Arrived> all;
  for (std::size_t i = 0; i < bytes.size(); i += piece) {
    std::span<char> rest{bytes.data() + i, std::min(piece, bytes.size() - i)};
    while (const auto arrived = reader.next(rest)) {
      all.push_back({arrived->kind, std::string(arrived->payload), arrived->code});
      if (arrived->kind == Kind::close || arrived->kind == Kind::violation) return all;
    }
    if (!rest.empty()) std::abort();
  }
  return all;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string bytes(data + 1, data + size);
  const auto whole = read(bytes, bytes.size() + 1);
  if (read(bytes, 1 + data[0]) != whole || read(bytes, 1) != whole) std::abort();
  for (const auto& [kind, payload, code] : whole) {
    if (payload.size() > bound) std::abort();
    if (kind == Kind::text && !pollux::is_utf8(payload)) std::abort();
  }
  return 0;
}
