// Puts a body together that comes in chunks (RFC 9112, section 7.1).
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

  // Takes from the front of `bytes` what it can and appends the content to `body`. What it leaves is the
  // beginning of a line, to be shown again with more; or, when finished, what follows the request. Extensions
  // and trailer fields are checked for their form and forgotten. Nothing more may be taken after `malformed`
  // or `too_large`.
  //
  // Malformed is whatever another program may read differently: a line that does not end in CR LF, control
  // bytes in extensions and trailers, folded trailers, trailers that speak of the body's length; and more
  // than `most_extras` bytes of extensions and trailers in all.
  Progress take(std::string_view& bytes, std::string& body);

  static constexpr std::size_t most_extras = 8 * 1024;

 private:
  enum class Expected { size, content, end_of_content, trailer };

  Progress take_line(std::string_view line);
  Progress take_size(std::string_view line);
  Progress take_trailer(std::string_view line);
  bool count_extras(std::size_t bytes);

  Expected expected_ = Expected::size;
  std::size_t bytes_left_;  // that the body may still have
  std::uint64_t left_of_chunk_ = 0;
  std::size_t extras_ = 0;
};

}  // namespace pollux::http
