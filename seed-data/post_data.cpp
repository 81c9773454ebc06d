#include "seed-data/post_data.hpp"

#include <array>
#include <cerrno>
#include <fstream>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

namespace pollux::seed {
namespace {

Result<void> write(const std::filesystem::path& file, std::string_view content) {
  errno = 0;
  std::ofstream out(file, std::ios::binary | std::ios::trunc);
  out << content << std::flush;
  if (out) return {};
  const std::string why = errno != 0 ? std::generic_category().message(errno) : "unknown error";
  return invalid("The file " + file.string() + " cannot be written: " + why + ".");
}

}  // namespace

Result<void> make_post_data(const std::filesystem::path& directory) {
  std::error_code error;
  std::filesystem::create_directories(directory, error);
  if (!error && !std::filesystem::is_directory(directory))
    error = std::make_error_code(std::errc::not_a_directory);
  if (error)
    return invalid("The directory " + directory.string() + " cannot be made: " + error.message() + ".");
  using File = std::pair<std::string_view, std::string_view>;
  for (const auto& [name, content] : std::array<File, 2>{File{"posta", "vote=a"}, File{"postb", "vote=b"}}) {
    if (auto written = write(directory / name, content); !written) return written;
  }
  return {};
}

}  // namespace pollux::seed
