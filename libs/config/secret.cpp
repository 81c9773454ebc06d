#include "config/secret.hpp"

#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/encoding.hpp"
#include "base/random.hpp"

namespace pollux::config {
namespace {

constexpr std::size_t max_secret_bytes = 4096;

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return number_; }
  bool is_open() const { return number_ >= 0; }

 private:
  int number_;
};

Error rejected(const std::filesystem::path& path, const std::string& reason) {
  return invalid("The secret file " + path.string() + " " + reason);
}

Error system_error(const std::filesystem::path& path, const char* what) {
  return rejected(path, std::string(what) + ": " + std::strerror(errno) + ".");
}

Result<void> check_status(const std::filesystem::path& path, int descriptor, std::size_t size) {
  struct stat status {};
  if (::fstat(descriptor, &status) != 0) return system_error(path, "cannot be read");
  if (!S_ISREG(status.st_mode)) return rejected(path, "is not a file.");
  if ((status.st_mode & S_IRWXO) != 0) {
    return rejected(
        path, "is accessible to all users of this machine; fix it with `chmod o= " + path.string() + "`.");
  }
  if (static_cast<std::size_t>(status.st_size) != size) {
    return rejected(path, "has " + std::to_string(status.st_size) + " bytes instead of " +
                              std::to_string(size) + "; restore it, or remove it to create a new one.");
  }
  return {};
}

Result<Secret> read_secret(const std::filesystem::path& path, int descriptor, std::size_t size) {
  if (const auto fine = check_status(path, descriptor, size); !fine) return fine.error();
  std::string bytes(size, '\0');
  if (::pread(descriptor, bytes.data(), size, 0) != static_cast<ssize_t>(size)) {
    return system_error(path, "cannot be read");
  }
  return Secret(std::move(bytes));
}

bool write_durably(int descriptor, const std::vector<std::uint8_t>& bytes) {
  const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
  if (written >= 0 && static_cast<std::size_t>(written) != bytes.size()) errno = ENOSPC;
  return written == static_cast<ssize_t>(bytes.size()) && ::fsync(descriptor) == 0;
}

// Writes a temporary file, then names it with link(2), which never replaces a file: the name refers to
// complete content from the start, and the first of several programs wins. False with errno on failure;
// losing that race is not a failure.
bool create_secret(const std::filesystem::path& path, std::size_t size) {
  std::vector<std::uint8_t> bytes(size);
  fill_with_random(bytes);
  const std::string temporary = path.string() + ".new-" + to_hex(random_bytes<8>());
  const Descriptor file(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (!file.is_open()) return false;
  const bool made =
      write_durably(file.get(), bytes) && (::link(temporary.c_str(), path.c_str()) == 0 || errno == EEXIST);
  const int error = errno;
  ::unlink(temporary.c_str());
  errno = error;
  return made;
}

bool sync_folder_of(const std::filesystem::path& path) {
  const std::string folder = path.has_parent_path() ? path.parent_path().string() : ".";
  const Descriptor descriptor(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  return descriptor.is_open() && ::fsync(descriptor.get()) == 0;
}

// Non-blocking, since the path may be a pipe.
int open_secret(const std::filesystem::path& path) {
  return ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
}

}  // namespace

Result<std::optional<Secret>> read_secret_if_present(const std::filesystem::path& path, std::size_t size) {
  if (size < 1 || size > max_secret_bytes) throw std::invalid_argument("A secret has 1 to 4096 bytes.");
  const Descriptor existing(open_secret(path));
  if (!existing.is_open() && errno == ENOENT) return std::optional<Secret>();
  if (!existing.is_open()) return system_error(path, "cannot be read");
  auto secret = read_secret(path, existing.get(), size);
  if (!secret) return secret.error();
  return std::optional(*std::move(secret));
}

Result<Secret> read_or_create_secret(const std::filesystem::path& path, std::size_t size) {
  auto existing = read_secret_if_present(path, size);
  if (!existing) return existing.error();
  if (*existing) return **std::move(existing);
  if (!create_secret(path, size) || !sync_folder_of(path)) return system_error(path, "cannot be created");
  const Descriptor made(open_secret(path));
  if (!made.is_open()) return system_error(path, "cannot be read");
  return read_secret(path, made.get(), size);
}

}  // namespace pollux::config
