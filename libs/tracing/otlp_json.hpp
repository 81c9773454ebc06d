// Spans in the JSON encoding of OTLP, the message ExportTraceServiceRequest:
// https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "tracing/resource.hpp"
#include "tracing/span.hpp"

namespace pollux::tracing {

// The whole request body. Ids are hexadecimal, times are nanoseconds since 1970 in strings, enums are
// numbers. Invalid UTF-8 in a text is replaced.
std::string encode_otlp(const Resource& resource, std::span<const SpanData> spans);

// What a collector rejected although it answered with success (ExportTracePartialSuccess).
struct PartialSuccess {
  std::uint64_t rejected_spans = 0;
  std::string message{};
};

// Of a response body; all spans were accepted if it is empty, no JSON, or says nothing of rejected ones.
PartialSuccess parse_partial_success(std::string_view body);

}  // namespace pollux::tracing
