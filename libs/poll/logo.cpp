#include "poll/logo.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <span>
#include <utility>

#include <openssl/evp.h>

#include "base/bounded_text.hpp"
#include "base/encoding.hpp"
#include "base/json_object.hpp"

namespace pollux::poll {
namespace {

constexpr std::array<std::string_view, 3> media_types{"image/png", "image/jpeg", "image/webp"};

constexpr std::string_view png_signature{"\x89PNG\r\n\x1a\n", 8};

std::uint32_t byte_at(std::string_view bytes, std::size_t at) {
  return static_cast<unsigned char>(bytes[at]);
}

// Of 2 to 4 bytes; the caller has checked that they are there.
std::uint32_t big_endian(std::string_view bytes, std::size_t at, std::size_t size) {
  std::uint32_t number = 0;
  for (std::size_t n = 0; n < size; ++n) number = number << 8U | byte_at(bytes, at + n);
  return number;
}

std::uint32_t little_endian(std::string_view bytes, std::size_t at, std::size_t size) {
  std::uint32_t number = 0;
  for (std::size_t n = size; n > 0; --n) number = number << 8U | byte_at(bytes, at + n - 1);
  return number;
}

Error damaged() {
  return invalid("The image is damaged, or something follows it in the file. Save it again as PNG or JPEG.");
}

Error moves() {
  return invalid("The image moves, which distracts readers. Choose one that does not.");
}

// Chunks up to IEND (https://www.w3.org/TR/png-3/, section 5).
Result<LogoFormat> read_png(std::string_view image) {
  constexpr std::size_t around_data = 12;  // length, type, checksum
  constexpr std::size_t header_bytes = 13;
  std::size_t at = png_signature.size();
  LogoFormat format{.type = LogoType::png, .width = 0, .height = 0};
  bool has_data = false;
  while (image.size() - at >= around_data) {
    const std::size_t length = big_endian(image, at, 4);
    const std::string_view type = image.substr(at + 4, 4);
    if (length > image.size() - at - around_data) return damaged();
    if ((at == png_signature.size()) != (type == "IHDR")) return damaged();
    if (type == "IHDR") {
      if (length != header_bytes) return damaged();
      format.width = big_endian(image, at + 8, 4);
      format.height = big_endian(image, at + 12, 4);
    }
    if (type == "acTL") return moves();
    if (type == "IDAT") has_data = true;
    at += around_data + length;
    if (type == "IEND") {
      if (at != image.size() || !has_data) return damaged();
      return format;
    }
  }
  return damaged();
}

bool is_frame_header(std::uint32_t marker) {
  return marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
}

// Segments up to the frame header (ITU-T T.81, annex B), and the end marker at the end of the file.
Result<LogoFormat> read_jpeg(std::string_view image) {
  constexpr std::size_t frame_bytes = 7;  // length, precision, height, width
  std::size_t at = 2;
  while (image.size() - at >= 2 + frame_bytes) {
    if (byte_at(image, at) != 0xFF) return damaged();
    const std::uint32_t marker = byte_at(image, at + 1);
    if (marker == 0xFF) {  // padding
      ++at;
      continue;
    }
    const std::size_t length = big_endian(image, at + 2, 2);
    if (length < 2 || length > image.size() - at - 2) return damaged();
    if (is_frame_header(marker)) {
      if (length < frame_bytes || !image.ends_with("\xFF\xD9")) return damaged();
      return LogoFormat{.type = LogoType::jpeg,
                        .width = big_endian(image, at + 7, 2),
                        .height = big_endian(image, at + 5, 2)};
    }
    at += 2 + length;
  }
  return damaged();
}

// The first chunk of the container (RFC 9649): VP8X has the size of the canvas, VP8 and VP8L that of the
// image.
Result<LogoFormat> read_webp(std::string_view image) {
  constexpr std::size_t data = 20;  // where that of the first chunk begins
  constexpr std::size_t header_bytes = 30;
  constexpr std::uint32_t is_animated = 2;
  if (image.size() < header_bytes || little_endian(image, 4, 4) != image.size() - 8) return damaged();
  const std::string_view chunk = image.substr(12, 4);
  LogoFormat format{.type = LogoType::webp, .width = 0, .height = 0};
  if (chunk == "VP8X") {
    if ((byte_at(image, data) & is_animated) != 0) return moves();
    format.width = little_endian(image, data + 4, 3) + 1;
    format.height = little_endian(image, data + 7, 3) + 1;
  } else if (chunk == "VP8L" && byte_at(image, data) == 0x2F) {
    const std::uint32_t bits = little_endian(image, data + 1, 4);
    format.width = (bits & 0x3FFFU) + 1;
    format.height = (bits >> 14U & 0x3FFFU) + 1;
  } else if (chunk == "VP8 " && image.substr(data + 3, 3) == "\x9D\x01\x2A") {
    format.width = little_endian(image, data + 6, 2) & 0x3FFFU;
    format.height = little_endian(image, data + 8, 2) & 0x3FFFU;
  } else {
    return damaged();
  }
  return format;
}

Result<LogoFormat> read_any(std::string_view image) {
  if (image.starts_with(png_signature)) return read_png(image);
  if (image.starts_with("\xFF\xD8\xFF")) return read_jpeg(image);
  if (image.starts_with("RIFF") && image.substr(0, 12).ends_with("WEBP")) return read_webp(image);
  return invalid("The file is no PNG, JPEG or WebP image. Save the logo as one of these.");
}

}  // namespace

std::string_view media_type(LogoType type) {
  return media_types.at(static_cast<std::size_t>(type));
}

std::optional<LogoType> parse_media_type(std::string_view name) {
  const auto found = std::ranges::find(media_types, name);
  if (found == media_types.end()) return std::nullopt;
  return static_cast<LogoType>(found - media_types.begin());
}

std::string hash_of(std::string_view image) {
  std::array<std::uint8_t, EVP_MAX_MD_SIZE> digest;
  if (EVP_Digest(image.data(), image.size(), digest.data(), nullptr, EVP_sha256(), nullptr) != 1) {
    std::fputs("OpenSSL can't compute SHA-256.\n", stderr);
    std::abort();
  }
  return to_hex(std::span(digest).first(Logo::hash_digits / 2));
}

Result<LogoFormat> read_format(std::string_view image) {
  if (image.size() > Logo::max_bytes) {
    return invalid("The image has more than " + std::to_string(Logo::max_bytes / 1024) +
                   " KiB. Save it smaller, or with fewer colors.");
  }
  auto format = read_any(image);
  if (!format) return format;
  if (format->width == 0 || format->height == 0) return damaged();
  if (std::max(format->width, format->height) > Logo::max_side) {
    return invalid("The image is wider or higher than " + std::to_string(Logo::max_side) +
                   " pixels. Save it smaller.");
  }
  return format;
}

Result<void> check_alternative(std::string_view alternative) {
  if (alternative.size() <= Logo::max_alternative_bytes && is_plain_text(alternative)) return {};
  return invalid("The text for the image is plain text of at most " +
                 std::to_string(Logo::max_alternative_bytes) + " bytes.");
}

Result<Logo> make_logo(std::string image, std::string alternative) {
  const auto format = read_format(image);
  if (!format) return format.error();
  if (auto checked = check_alternative(alternative); !checked) return checked.error();
  return Logo{.hash = hash_of(image),
              .format = *format,
              .alternative = std::move(alternative),
              .image = std::make_shared<const std::string>(std::move(image))};
}

std::string to_json(const Logo& logo) {
  return JsonObject()
      .text("hash", logo.hash)
      .text("type", media_type(logo.format.type))
      .number("width", std::uint64_t{logo.format.width})
      .number("height", std::uint64_t{logo.format.height})
      .text("alt", logo.alternative)
      .take();
}

}  // namespace pollux::poll
