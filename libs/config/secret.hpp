// Secrets: bytes that must not appear in a log, a help page or an error message, and files that hold them.
// Not for passwords and URLs that contain one: these are settings with Value::secret (setting.hpp), declared
// for example in connection_settings.cpp.
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.hpp"

namespace pollux::config {

// Deliberately without operator<< and conversions: code that needs the bytes calls reveal(), which is easy to
// find.
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string bytes) : bytes_(std::move(bytes)) {}

  bool empty() const { return bytes_.empty(); }
  std::string_view reveal() const { return bytes_; }

 private:
  std::string bytes_;
};

// Reads a key file of `size` bytes (1 to 4096); creates it with random bytes and mode 0600 if it is missing.
// The new file appears complete and synced to disk or not at all; of programs that start together one creates
// it and all read the same bytes. The directory must exist.
//
// A file of another size is rejected, and so is one with any permission for "others". Permissions of the
// group are accepted, since the fsGroup of a Kubernetes volume adds them to every file.
Result<Secret> read_or_create_secret(const std::filesystem::path& path, std::size_t size);

// The same, but a missing file is not created: nothing.
Result<std::optional<Secret>> read_secret_if_present(const std::filesystem::path& path, std::size_t size);

}  // namespace pollux::config
