// A key that a program makes for itself at its first start and keeps beside its data.
#pragma once

#include <cstddef>
#include <filesystem>

#include "base/result.hpp"
#include "config/secret.hpp"

namespace pollux::config {

// The `size` bytes (1 to 4096) of the file; where there is none, one with random bytes is made, mode 0600.
// The file appears whole and on disk or not at all, and of programs that start together one makes it and all
// read the same bytes. The folder must exist.
//
// A file of another size is refused, and so is one that everybody may read (any right for "others"). The
// group's rights are let be: the fsGroup of a Kubernetes volume adds them to every file.
Result<Secret> read_or_create_secret(const std::filesystem::path& path, std::size_t size);

}  // namespace pollux::config
