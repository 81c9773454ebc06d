#include "tracing/span_context.hpp"

#include <algorithm>
#include <cstddef>

#include "base/encoding.hpp"

namespace pollux::tracing {
namespace {

constexpr std::size_t version_at = 0;
constexpr std::size_t trace_id_at = 3;
constexpr std::size_t span_id_at = 36;
constexpr std::size_t flags_at = 53;
constexpr std::size_t length = 55;

constexpr std::uint8_t sampled_flag = 0x01;
constexpr std::uint8_t invalid_version = 0xFF;

bool has_form(std::string_view text) {
  for (std::size_t i = 0; i < length; ++i) {
    const char c = text[i];
    const bool separator = i + 1 == trace_id_at || i + 1 == span_id_at || i + 1 == flags_at;
    const bool digit = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
    if (separator ? c != '-' : !digit) return false;
  }
  return true;
}

template <std::size_t Size>
std::array<std::uint8_t, Size> bytes_at(std::string_view text, std::size_t position) {
  std::array<std::uint8_t, Size> bytes{};
  from_hex(text.substr(position, 2 * Size), bytes);
  return bytes;
}

bool is_zero(const auto& id) {
  return std::ranges::all_of(id, [](std::uint8_t byte) { return byte == 0; });
}

}  // namespace

bool SpanContext::valid() const {
  return !is_zero(trace_id) && !is_zero(span_id);
}

std::string SpanContext::trace_id_text() const {
  return to_hex(trace_id);
}

std::optional<SpanContext> parse_traceparent(std::string_view text) {
  if (text.size() < length || !has_form(text)) return std::nullopt;
  const std::uint8_t version = bytes_at<1>(text, version_at)[0];
  if (version == invalid_version) return std::nullopt;
  const bool longer = text.size() > length;
  if (longer && (version == 0 || text[length] != '-')) return std::nullopt;
  const SpanContext context{.trace_id = bytes_at<16>(text, trace_id_at),
                            .span_id = bytes_at<8>(text, span_id_at),
                            .sampled = (bytes_at<1>(text, flags_at)[0] & sampled_flag) != 0};
  if (!context.valid()) return std::nullopt;
  return context;
}

std::string to_traceparent(const SpanContext& context) {
  std::string text = "00-";
  text.reserve(length);
  text.append(to_hex(context.trace_id)).append("-").append(to_hex(context.span_id));
  return text.append(context.sampled ? "-01" : "-00");
}

}  // namespace pollux::tracing
