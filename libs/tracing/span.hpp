// One timed step of a trace, while it is being recorded.
//
//   tracing::Span span = tracer.start("send pollux:votes:0", SpanKind::producer, parent);
//   span.set("messaging.system", "redis");
//   …
//   span.end();
#pragma once

#include <chrono>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "tracing/span_context.hpp"

namespace pollux::tracing {

// The role of the step, with the numbers of OTLP's enum SpanKind.
enum class SpanKind { internal = 1, server = 2, client = 3, producer = 4, consumer = 5 };

struct Attribute {
  std::string key;
  std::variant<std::string, std::int64_t> value;

  friend bool operator==(const Attribute&, const Attribute&) = default;
};

// Bounds of one span. What exceeds them is dropped, and its number is exported with the span.
inline constexpr std::size_t max_attributes = 32;
inline constexpr std::size_t max_links = 32;
inline constexpr std::size_t max_span_text_bytes = 256;  // of a name, a value, a description; truncated

// A span that has ended.
struct SpanData {
  SpanContext context;
  SpanId parent{};  // zeros: the first span of its trace
  std::string name;
  SpanKind kind = SpanKind::internal;
  std::chrono::system_clock::time_point start;
  std::chrono::system_clock::time_point end;
  std::vector<Attribute> attributes{};
  std::uint32_t dropped_attributes = 0;
  std::vector<SpanContext> links{};
  std::uint32_t dropped_links = 0;
  bool failed = false;
  std::string description{};  // why it failed
};

// Takes spans that have ended. Any thread; must neither block nor throw.
class SpanSink {
 public:
  virtual ~SpanSink() = default;
  virtual void add(SpanData span) = 0;
};

// A handle: its copies are the same span, which ends with end() or with the last copy. The default, and a
// span that is not sampled, records nothing, and each call costs one branch. The copies are for one thread at
// a time. Never record a voter's id or selection.
class Span {
 public:
  Span() = default;

  explicit operator bool() const { return recording_ != nullptr; }

  // For children and links; the default context if nothing is recorded.
  SpanContext context() const;

  Span& set(std::string_view key, std::string_view value);
  Span& set(std::string_view key, std::integral auto value) {
    return set_number(key, static_cast<std::int64_t>(value));
  }
  // Another span that this one depends on; ignored if it is not sampled.
  Span& link(const SpanContext& other);
  // The step failed; `description` is for people.
  Span& fail(std::string_view description);

  void end();  // later calls of any member do nothing

 private:
  friend class Tracer;
  class Recording;

  explicit Span(std::shared_ptr<Recording> recording) : recording_(std::move(recording)) {}
  Span& set_number(std::string_view key, std::int64_t value);

  std::shared_ptr<Recording> recording_;
};

}  // namespace pollux::tracing
