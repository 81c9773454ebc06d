// The logo that the pages of a poll show: a small image in a format that can't carry scripts.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace pollux::poll {

enum class LogoType { png, jpeg, webp };

// "image/png", "image/jpeg" and "image/webp", in stored data, in the API and in responses.
std::string_view media_type(LogoType type);
std::optional<LogoType> parse_media_type(std::string_view name);

struct LogoFormat {
  LogoType type = LogoType::png;
  std::uint32_t width = 1;  // pixels
  std::uint32_t height = 1;

  friend bool operator==(const LogoFormat&, const LogoFormat&) = default;
};

// Polls are copied often, so they share the image. A service that has no database knows the logo from its
// poll, and the image a moment later.
struct Logo {
  static constexpr std::size_t max_bytes = 32 * 1024;  // of the image
  static constexpr std::uint32_t max_side = 1024;      // pixels
  static constexpr std::size_t max_alternative_bytes = 200;
  static constexpr std::size_t hash_digits = 32;

  std::string hash;  // of the image: hash_of()
  LogoFormat format;
  std::string alternative;                     // for those who do not see the image; empty: it is decoration
  std::shared_ptr<const std::string> image{};  // null: not here yet

  // The same logo, whether or not the image is here.
  friend bool operator==(const Logo& one, const Logo& other) {
    return one.hash == other.hash && one.format == other.format && one.alternative == other.alternative;
  }
};

// The first 128 bits of SHA-256, as lower-case hexadecimal digits.
std::string hash_of(std::string_view image);

// Type and size, from the signature and the header. `invalid`, with a message that says what to do, if it is
// none of the formats, moves, has more than max_bytes or max_side, or does not begin and end as a file of its
// format: nothing may follow the image. Pixels are not decoded; that is left to the browser.
Result<LogoFormat> read_format(std::string_view image);

// `invalid` also if the alternative is no plain text, or too long.
Result<Logo> make_logo(std::string image, std::string alternative);
Result<void> check_alternative(std::string_view alternative);

// {"hash":"9f86…","type":"image/png","width":320,"height":96,"alt":"City school"}, without the image. In
// stored data, in the API and for viewers.
std::string to_json(const Logo& logo);

}  // namespace pollux::poll
