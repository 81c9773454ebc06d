// The identity of a span, and its text form in a request or a message: the field `traceparent` of W3C Trace
// Context, https://www.w3.org/TR/trace-context/#traceparent-header
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace pollux::tracing {

using TraceId = std::array<std::uint8_t, 16>;
using SpanId = std::array<std::uint8_t, 8>;

// What a span's children must know. The default is no span.
struct SpanContext {
  TraceId trace_id{};
  SpanId span_id{};
  bool sampled = false;  // its spans are recorded

  bool valid() const;                 // neither id is all zeros
  std::string trace_id_text() const;  // 32 hexadecimal digits, as logs and trace stores show it

  friend bool operator==(const SpanContext&, const SpanContext&) = default;
};

// "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01": version, trace id, span id, flags. Nothing if
// the text is not of this form: upper case, an id of zeros, version ff, or more text than version 00 has. Of
// a later version the first four parts are read, as the standard requires. Flags other than `sampled` are
// ignored. Any bytes are safe.
std::optional<SpanContext> parse_traceparent(std::string_view text);

// In version 00; the context is valid.
std::string to_traceparent(const SpanContext& context);

}  // namespace pollux::tracing
