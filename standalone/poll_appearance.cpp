#include "standalone/poll_appearance.hpp"

#include <fstream>
#include <iostream>
#include <istream>

#include "base/encoding.hpp"
#include "base/json_object.hpp"
#include "poll/logo.hpp"

namespace pollux::standalone {
namespace {

// Of a longer file as much as it takes to see that it is too long.
std::string bytes_of(std::istream& in) {
  std::string bytes(poll::Logo::max_bytes + 1, '\0');
  in.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  bytes.resize(static_cast<std::size_t>(in.gcount()));
  return bytes;
}

std::string bytes_in(const std::filesystem::path& name) {
  if (name == "-") return bytes_of(std::cin);
  std::ifstream file(name, std::ios::binary);
  return bytes_of(file);
}

}  // namespace

std::string theme_in(const PollOptions& options) {
  if (options.accent.empty() && options.scheme.empty()) return {};
  JsonObject theme;
  if (options.accent == "none") theme.json("accent", "null");
  if (options.accent != "none" && !options.accent.empty()) theme.text("accent", options.accent);
  if (!options.scheme.empty()) theme.text("scheme", options.scheme);
  return theme.take();
}

Result<std::string> logo_in(const PollOptions& options) {
  if (options.image.empty() && options.alternative.empty()) {
    return invalid("Name the file of the --image, its --alt text, or --remove.");
  }
  JsonObject logo;
  if (!options.image.empty()) {
    const std::string image = bytes_in(options.image);
    const std::string name = options.image == "-" ? "the standard input" : options.image.string();
    if (image.empty()) return invalid("Can't read an image from " + name + ".");
    if (const auto format = poll::read_format(image); !format) {
      return invalid(name + ": " + format.error().message);
    }
    std::string text;
    append_base64(text, image);
    logo.text("image", text);
  }
  return logo.text("alt", options.alternative).take();
}

}  // namespace pollux::standalone
