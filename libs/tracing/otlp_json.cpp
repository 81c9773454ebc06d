#include "tracing/otlp_json.hpp"

#include <charconv>
#include <chrono>
#include <cstddef>
#include <system_error>
#include <variant>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <boost/json/value_to.hpp>

#include "base/encoding.hpp"
#include "base/json_text.hpp"

namespace pollux::tracing {
namespace {

constexpr int status_error = 2;  // of the enum Status.StatusCode

void append_text(std::string& out, std::string_view text) {
  append_json_string(out, text, max_span_text_bytes);
}

void append_text_member(std::string& out, std::string_view name, std::string_view value) {
  out.append(",\"").append(name).append("\":");
  append_text(out, value);
}

// 64-bit integers are strings, because numbers in JSON have 53 bits.
void append_integer_text(std::string& out, std::int64_t number) {
  out.append("\"").append(std::to_string(number)).append("\"");
}

void append_time(std::string& out, std::string_view name, std::chrono::system_clock::time_point time) {
  const auto since_1970 = std::chrono::duration_cast<std::chrono::nanoseconds>(time.time_since_epoch());
  out.append(",\"").append(name).append("\":");
  append_integer_text(out, since_1970.count());
}

struct AppendValue {
  std::string& out;

  void operator()(const std::string& text) const {
    out += "{\"stringValue\":";
    append_text(out, text);
    out += '}';
  }
  void operator()(std::int64_t number) const {
    out += "{\"intValue\":";
    append_integer_text(out, number);
    out += '}';
  }
};

void append_attributes(std::string& out, const std::vector<Attribute>& attributes) {
  out += "\"attributes\":[";
  for (const Attribute& attribute : attributes) {
    if (out.back() != '[') out += ',';
    out += "{\"key\":";
    append_text(out, attribute.key);
    out += ",\"value\":";
    std::visit(AppendValue{out}, attribute.value);
    out += '}';
  }
  out += ']';
}

void append_ids(std::string& out, const SpanContext& context) {
  out.append("{\"traceId\":\"").append(to_hex(context.trace_id)).append("\",\"spanId\":\"");
  out.append(to_hex(context.span_id)).append("\"");
}

void append_count(std::string& out, std::string_view name, std::uint32_t count) {
  if (count > 0) out.append(",\"").append(name).append("\":").append(std::to_string(count));
}

void append_links(std::string& out, const SpanData& span) {
  if (span.links.empty()) return;
  out += ",\"links\":[";
  for (const SpanContext& link : span.links) {
    if (out.back() != '[') out += ',';
    append_ids(out, link);
    out += '}';
  }
  out += ']';
  append_count(out, "droppedLinksCount", span.dropped_links);
}

void append_span(std::string& out, const SpanData& span) {
  append_ids(out, span.context);
  if (span.parent != SpanId()) out.append(",\"parentSpanId\":\"").append(to_hex(span.parent)).append("\"");
  append_text_member(out, "name", span.name);
  out.append(",\"kind\":").append(std::to_string(static_cast<int>(span.kind)));
  append_time(out, "startTimeUnixNano", span.start);
  append_time(out, "endTimeUnixNano", span.end);
  if (!span.attributes.empty()) {
    out += ',';
    append_attributes(out, span.attributes);
  }
  append_count(out, "droppedAttributesCount", span.dropped_attributes);
  append_links(out, span);
  if (span.failed) {
    out.append(",\"status\":{\"code\":").append(std::to_string(status_error));
    append_text_member(out, "message", span.description);
    out += '}';
  }
  out += '}';
}

}  // namespace

std::string encode_otlp(const Resource& resource, std::span<const SpanData> spans) {
  constexpr std::size_t usual_span_bytes = 800;
  std::string out = "{\"resourceSpans\":[{\"resource\":{";
  out.reserve(1024 + spans.size() * usual_span_bytes);
  append_attributes(out, resource.attributes);
  out += "},\"scopeSpans\":[{\"scope\":{\"name\":\"pollux\"";
  append_text_member(out, "version", resource.version);
  out += "},\"spans\":[";
  for (const SpanData& span : spans) {
    if (out.back() != '[') out += ',';
    append_span(out, span);
  }
  out += "]}]}]}";
  return out;
}

PartialSuccess parse_partial_success(std::string_view body) {
  boost::system::error_code failed;
  const auto document = boost::json::parse({body.data(), body.size()}, failed);
  const auto* const object = failed ? nullptr : document.if_object();
  const auto* const member = object == nullptr ? nullptr : object->if_contains("partialSuccess");
  const auto* const partial = member == nullptr ? nullptr : member->if_object();
  if (partial == nullptr) return {};
  PartialSuccess result;
  if (const auto* const count = partial->if_contains("rejectedSpans")) {
    if (count->is_string()) {
      const std::string_view digits(count->get_string().data(), count->get_string().size());
      std::uint64_t number = 0;
      const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
      if (error == std::errc() && end == digits.data() + digits.size()) result.rejected_spans = number;
    } else if (const auto number = boost::json::try_value_to<std::uint64_t>(*count)) {
      result.rejected_spans = *number;
    }
  }
  if (const auto* const text = partial->if_contains("errorMessage"); text != nullptr && text->is_string()) {
    result.message = std::string(text->get_string().data(), text->get_string().size());
  }
  return result;
}

}  // namespace pollux::tracing
