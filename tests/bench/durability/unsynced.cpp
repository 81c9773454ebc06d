// Loaded into a process by LD_PRELOAD, writes to the file $POLLUX_SYNCED, after each fdatasync() and fsync()
// of a regular file, "<bytes> <path>": so much of it was written when the call began, and is on the disk now.
// A power cut leaves that much for certain; what the process wrote since is in the kernel's memory alone.

#include <array>
#include <cstdio>
#include <cstdlib>
#include <string>

#include <dlfcn.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace {

using Sync = int (*)(int);

int report() {
  static const int file = [] {
    const char* const path = std::getenv("POLLUX_SYNCED");  // NOLINT(concurrency-mt-unsafe)
    return path == nullptr ? -1 : ::open(path, O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0600);
  }();
  return file;
}

void note(int descriptor, off_t bytes) {
  std::array<char, 4096> path;
  const std::string link = "/proc/self/fd/" + std::to_string(descriptor);
  const ssize_t length = ::readlink(link.c_str(), path.data(), path.size());
  if (length <= 0 || report() < 0) return;
  const std::string line =
      std::to_string(bytes) + ' ' + std::string(path.data(), static_cast<std::size_t>(length)) + '\n';
  if (::write(report(), line.data(), line.size()) < 0) std::perror("POLLUX_SYNCED");
}

int sync(const char* name, int descriptor) {
  const auto real = reinterpret_cast<Sync>(::dlsym(RTLD_NEXT, name));
  struct stat before {};
  const bool is_file = ::fstat(descriptor, &before) == 0 && S_ISREG(before.st_mode);
  const int status = real(descriptor);
  if (status == 0 && is_file) note(descriptor, before.st_size);
  return status;
}

}  // namespace

// NOLINTBEGIN(readability-inconsistent-declaration-parameter-name): the C library's names are reserved
extern "C" int fdatasync(int descriptor) {
  return sync("fdatasync", descriptor);
}
extern "C" int fsync(int descriptor) {
  return sync("fsync", descriptor);
}
// NOLINTEND(readability-inconsistent-declaration-parameter-name)
