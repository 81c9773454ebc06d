// Puts a body together that comes in chunks (RFC 9112, section 7.1).
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace pollux::http {

class ChunkedBody {
 public:
  explicit ChunkedBody(std::size_t max_bytes);
  ~ChunkedBody();

  enum class Progress { unfinished, finished, malformed, too_large };

  // Takes from the front of `bytes` what it can and appends the content to `body`. What it leaves is the
  // beginning of a chunk's header, to be shown again with more; or, when finished, what follows the request.
  // Extensions and trailer fields are checked for their form and forgotten.
  Progress take(std::string_view& bytes, std::string& body);

 private:
  class Parser;
  std::unique_ptr<Parser> parser_;
};

}  // namespace pollux::http
