// Requests of any bytes: a head up to its empty line, and what follows read as a chunked body. A head that is
// accepted has to be unambiguous, and a body must not depend on the pieces in which it arrives.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "http/chunked_body.hpp"
#include "http/request_head.hpp"

namespace http = pollux::http;

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

void check_head(std::string_view bytes) {
  http::RequestHead head;
  const http::ServerLimits limits;
  if (head.parse(bytes, limits)) return;
  const auto& request = head.request();
  require(request.path.starts_with('/') || head.is_about_server());
  require(request.path.find('\0') == std::string_view::npos &&
          request.path.find('\n') == std::string_view::npos);
  require(head.count("Host") <= 1 && (head.count("Host") == 0 || !request.header("Host").empty()));
  require(head.count("Content-Length") <= 1 && head.count("Transfer-Encoding") <= 1);
  require(head.count("Content-Length") == 0 || !head.chunked());
  require(head.content_length() <= limits.body_bytes);
  for (std::size_t at = bytes.find('\n'); at != std::string_view::npos; at = bytes.find('\n', at + 1)) {
    require(at > 0 && bytes[at - 1] == '\r');
    require(at + 1 == bytes.size() || (bytes[at + 1] != ' ' && bytes[at + 1] != '\t'));
  }
}

struct Taken {
  http::ChunkedBody::Progress progress = http::ChunkedBody::Progress::unfinished;
  std::string body;
  std::size_t left = 0;
};

// In pieces of that size, each behind what was left of the one before.
Taken take_chunks(std::string_view bytes, std::size_t piece) {
  using Progress = http::ChunkedBody::Progress;
  http::ChunkedBody chunks(1000);
  Taken taken;
  std::string waiting;
  while (!bytes.empty() && taken.progress == Progress::unfinished) {
    const auto size = std::min(piece, bytes.size());
    waiting.append(bytes.substr(0, size));
    bytes.remove_prefix(size);
    std::string_view rest = waiting;
    taken.progress = chunks.take(rest, taken.body);
    waiting = std::string(rest);
  }
  taken.left = waiting.size() + bytes.size();
  require(taken.body.size() <= 1000);
  return taken;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const auto end = input.find("\r\n\r\n");
  if (end == std::string_view::npos) return 0;
  check_head(input.substr(0, end + 4));

  const auto rest = input.substr(end + 4);
  const auto at_once = take_chunks(rest, rest.size());
  const auto in_bytes = take_chunks(rest, 1);
  if (at_once.progress == http::ChunkedBody::Progress::finished) {
    require(in_bytes.progress == at_once.progress && in_bytes.body == at_once.body);
    require(in_bytes.left == at_once.left);
  } else {
    require(in_bytes.progress != http::ChunkedBody::Progress::finished);
  }
  return 0;
}
