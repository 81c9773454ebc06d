#include "config/environment.hpp"

#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config/settings.hpp"

namespace pollux::config {
namespace {

constexpr std::size_t max_value_bytes = 64 * 1024;

std::string reason(int error) {
  return std::string("cannot be read: ") + std::strerror(error);
}

Result<std::string> read_descriptor(int descriptor) {
  struct stat status {};
  if (::fstat(descriptor, &status) != 0) return invalid(reason(errno));
  if (!S_ISREG(status.st_mode)) return invalid("is not a file");
  std::string content;
  char part[4096];
  while (content.size() <= max_value_bytes) {
    const ssize_t count = ::read(descriptor, part, sizeof part);
    if (count < 0) return invalid(reason(errno));
    if (count == 0) return content;
    content.append(part, static_cast<std::size_t>(count));
  }
  return invalid("has more than " + std::to_string(max_value_bytes) + " bytes");
}

}  // namespace

Environment process_environment() {
  Environment environment;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    const std::size_t equals = text.find('=');
    if (equals != text.npos) environment.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  return environment;
}

Result<std::string> read_value_file(const std::string& path) {
  // Not blocking, since the path may be that of a pipe.
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (descriptor < 0) return invalid(errno == ENOENT ? "does not exist" : reason(errno));
  Result<std::string> content = read_descriptor(descriptor);
  ::close(descriptor);
  if (content && content->ends_with('\n')) content->pop_back();
  if (content && content->ends_with('\r')) content->pop_back();
  return content;
}

}  // namespace pollux::config
