// Bytes that must never reach a log, a help page or an error message.
#pragma once

#include <string>
#include <string_view>
#include <utility>

namespace pollux::config {

// No operator<< and no conversion on purpose: code that needs the bytes says `reveal()`, which is easy to
// search for.
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string bytes) : bytes_(std::move(bytes)) {}

  bool empty() const { return bytes_.empty(); }
  std::string_view reveal() const { return bytes_; }

 private:
  std::string bytes_;
};

}  // namespace pollux::config
