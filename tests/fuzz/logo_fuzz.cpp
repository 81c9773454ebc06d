// Images of any bytes: what is taken is within the bounds, and is the same again after it was stored.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "poll/logo.hpp"

namespace poll = pollux::poll;

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view image(reinterpret_cast<const char*>(data), size);
  const auto format = poll::read_format(image);
  if (!format) {
    require(!format.error().message.empty());
    return 0;
  }
  require(size <= poll::Logo::max_bytes);
  require(format->width >= 1 && format->width <= poll::Logo::max_side);
  require(format->height >= 1 && format->height <= poll::Logo::max_side);
  const auto logo = poll::make_logo(std::string(image), "");
  require(logo && logo->format == *format && logo->hash == poll::hash_of(image) && *logo->image == image);
  require(poll::parse_media_type(poll::media_type(format->type)) == format->type);
  return 0;
}
