// Keeps a second program away from files that only one may use at a time.
#pragma once

#include <filesystem>

#include "base/result.hpp"

namespace pollux::store {

// Held from acquire() to destruction, and no longer than the process lives, however it ends. The lock is on
// an empty file that stays behind (flock(2)), so what it protects is free to use locks of its own.
class FileLock {
 public:
  // Creates `path` where it does not exist. Where another program, or another FileLock of this one, holds the
  // lock the error is `full`; where the file can't be created it is `unavailable`, with the system's reason
  // as message.
  static Result<FileLock> acquire(const std::filesystem::path& path);

  FileLock(FileLock&& other) noexcept;
  FileLock& operator=(FileLock&& other) noexcept;
  ~FileLock();

 private:
  explicit FileLock(int descriptor) : descriptor_(descriptor) {}

  int descriptor_;  // -1 where moved from
};

}  // namespace pollux::store
