// Decodes a chunked request body (RFC 9112, section 7.1).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace pollux::http {

class ChunkedBody {
 public:
  explicit ChunkedBody(std::size_t max_bytes) : bytes_left_(max_bytes) {}

  enum class Progress { unfinished, finished, malformed, too_large };

  // Appends the content to `body`, and removes from `bytes` what it has decoded. Chunk extensions and trailer
  // fields are validated and discarded.
  //   unfinished  `bytes` is empty or the start of a line: call again with it and what follows
  //   finished    `bytes` is what follows the request
  //   malformed   see below
  //   too_large   the content exceeds `max_bytes`
  // take() must be called again only if it is unfinished.
  //
  // Malformed is what another program might read differently: a line that does not end in CR LF, control
  // bytes in extensions and trailers, folded trailers, trailers about the body's length. So are more than
  // `max_extras` bytes of extensions and trailers in total, since no client needs them.
  Progress take(std::string_view& bytes, std::string& body);

  static constexpr std::size_t max_extras = 8 * 1024;

 private:
  enum class Expected { size, content, end_of_content, trailer };

  Progress take_line(std::string_view line);
  Progress take_size(std::string_view line);
  Progress take_trailer(std::string_view line);
  bool count_extras(std::size_t bytes);

  Expected expected_ = Expected::size;
  std::size_t bytes_left_;  // of the body
  std::uint64_t left_of_chunk_ = 0;
  std::size_t extras_ = 0;
};

}  // namespace pollux::http
