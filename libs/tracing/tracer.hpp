// Starts spans: decides which requests are traced, and gives spans their ids.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "tracing/span.hpp"

namespace pollux::tracing {

// A handle that is cheap to copy. The default is off: every span records nothing. Any thread.
class Tracer {
 public:
  Tracer() = default;
  // `ratio`, 0 to 1: the part of the requests without a parent that are traced, chosen by their trace ids.
  Tracer(std::shared_ptr<SpanSink> sink, double ratio);

  explicit operator bool() const { return sink_ != nullptr; }

  // The span of a request from outside. If it has a parent, the parent's flag decides whether it is sampled,
  // else the ratio.
  Span start_request(std::string_view name, SpanKind kind, const std::optional<SpanContext>& parent) const;

  // The span of a step within a trace. Records nothing if the parent is not sampled.
  Span start(std::string_view name, SpanKind kind, const SpanContext& parent) const;

 private:
  bool chooses(const TraceId& id) const;

  std::shared_ptr<SpanSink> sink_;
  std::uint64_t threshold_ = 0;  // ids below it are traced
  bool all_ = false;
};

}  // namespace pollux::tracing
