// What a Span's handles share. Included by the sources of this library only.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <variant>

#include "tracing/span.hpp"

namespace pollux::tracing {

// One thread at a time. After end() nothing is recorded any more.
class Span::Recording {
 public:
  Recording(std::shared_ptr<SpanSink> sink, std::string_view name, SpanKind kind, const SpanContext& context,
            const SpanId& parent);
  ~Recording();  // ends
  Recording(const Recording&) = delete;
  Recording& operator=(const Recording&) = delete;

  const SpanContext& context() const { return context_; }
  void set(std::string_view key, std::variant<std::string, std::int64_t> value);
  void link(const SpanContext& other);
  void fail(std::string_view description);
  void end();

 private:
  const SpanContext context_;
  std::shared_ptr<SpanSink> sink_;  // null after the end
  const std::chrono::steady_clock::time_point begin_;
  SpanData data_;
};

}  // namespace pollux::tracing
