#include "http/chunked_body.hpp"

#include <algorithm>
#include <charconv>

#include "http/ascii.hpp"

namespace pollux::http {
namespace {

constexpr std::size_t max_size_digits = 16;  // 64 bits

bool has_controls(std::string_view line) {
  return std::ranges::any_of(line, [](unsigned char c) { return (c < ' ' && c != '\t') || c == 0x7f; });
}

}  // namespace

ChunkedBody::Progress ChunkedBody::take(std::string_view& bytes, std::string& body) {
  while (!bytes.empty()) {
    if (expected_ == Expected::content) {
      const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(left_of_chunk_, bytes.size()));
      body.append(bytes.substr(0, size));
      bytes.remove_prefix(size);
      left_of_chunk_ -= size;
      if (left_of_chunk_ == 0) expected_ = Expected::end_of_content;
      continue;
    }
    const auto end = bytes.find('\n');
    if (expected_ == Expected::end_of_content && !std::string_view("\r\n").starts_with(bytes.substr(0, 2))) {
      return Progress::malformed;
    }
    if (end == std::string_view::npos) return Progress::unfinished;
    if (end == 0 || bytes[end - 1] != '\r') return Progress::malformed;
    const auto progress = take_line(bytes.substr(0, end - 1));
    bytes.remove_prefix(end + 1);
    if (progress != Progress::unfinished) return progress;
  }
  return Progress::unfinished;
}

ChunkedBody::Progress ChunkedBody::take_line(std::string_view line) {
  if (has_controls(line)) return Progress::malformed;
  switch (expected_) {
    case Expected::size:
      return take_size(line);
    case Expected::trailer:
      return take_trailer(line);
    default:
      expected_ = Expected::size;
      return line.empty() ? Progress::unfinished : Progress::malformed;
  }
}

// chunk-size [ chunk-ext ]
ChunkedBody::Progress ChunkedBody::take_size(std::string_view line) {
  const auto* const digits_end = std::ranges::find_if_not(line, is_hex_digit);
  const auto digits = static_cast<std::size_t>(digits_end - line.begin());
  if (digits == 0 || digits > max_size_digits) return Progress::malformed;
  std::from_chars(line.data(), line.data() + digits, left_of_chunk_, 16);

  const auto extensions = line.substr(digits);
  const auto first = extensions.find_first_not_of(" \t");
  if (!extensions.empty() && (first == std::string_view::npos || extensions[first] != ';')) {
    return Progress::malformed;
  }
  if (!count_extras(extensions.size())) return Progress::malformed;
  if (left_of_chunk_ > bytes_left_) return Progress::too_large;
  bytes_left_ -= static_cast<std::size_t>(left_of_chunk_);
  expected_ = left_of_chunk_ == 0 ? Expected::trailer : Expected::content;
  return Progress::unfinished;
}

ChunkedBody::Progress ChunkedBody::take_trailer(std::string_view line) {
  if (line.empty()) return Progress::finished;
  const auto name = line.substr(0, line.find(':'));
  if (name.size() == line.size() || !is_token(name) || !count_extras(line.size())) {
    return Progress::malformed;
  }
  // Trailers must not define the length of the body (RFC 9110, section 6.5.1).
  const bool is_about_length =
      equals_ignoring_case(name, "Content-Length") || equals_ignoring_case(name, "Transfer-Encoding");
  return is_about_length ? Progress::malformed : Progress::unfinished;
}

// False if there are too many.
bool ChunkedBody::count_extras(std::size_t bytes) {
  extras_ += bytes;
  return extras_ <= max_extras;
}

}  // namespace pollux::http
