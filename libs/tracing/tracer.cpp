#include "tracing/tracer.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <random>
#include <utility>

#include "base/random.hpp"
#include "tracing/span_recording.hpp"

namespace pollux::tracing {
namespace {

// Ids must be unique, not secret, and are drawn for each vote: OpenSSL's generator would cost more than the
// rest of a decision.
std::mt19937_64& generator() {
  thread_local std::mt19937_64 numbers = [] {
    const auto bytes = random_bytes<32>();
    std::seed_seq seed(bytes.begin(), bytes.end());
    return std::mt19937_64(seed);
  }();
  return numbers;
}

template <std::size_t Size>
std::array<std::uint8_t, Size> make_id() {
  std::array<std::uint8_t, Size> id{};
  do {
    std::uint64_t number = 0;
    for (std::size_t i = 0; i < Size; ++i) {
      if (i % sizeof number == 0) number = generator()();
      id[i] = static_cast<std::uint8_t>(number);
      number >>= 8U;
    }
  } while (std::ranges::all_of(id, [](std::uint8_t byte) { return byte == 0; }));
  return id;
}

}  // namespace

Tracer::Tracer(std::shared_ptr<SpanSink> sink, double ratio)
    : sink_(std::move(sink)),
      threshold_(ratio < 1 ? static_cast<std::uint64_t>(std::ldexp(std::max(ratio, 0.0), 64)) : 0),
      all_(ratio >= 1) {}

// By the last 8 bytes, which are random in the ids of every producer of them.
bool Tracer::chooses(const TraceId& id) const {
  std::uint64_t number = 0;
  for (std::size_t i = 8; i < id.size(); ++i) number = number << 8U | id[i];
  return all_ || number < threshold_;
}

Span Tracer::start_request(std::string_view name, SpanKind kind,
                           const std::optional<SpanContext>& parent) const {
  if (!sink_) return {};
  if (parent) return start(name, kind, *parent);
  const SpanContext context{.trace_id = make_id<16>(), .span_id = make_id<8>(), .sampled = true};
  if (!chooses(context.trace_id)) return {};
  return Span(std::make_shared<Span::Recording>(sink_, name, kind, context, SpanId()));
}

Span Tracer::start(std::string_view name, SpanKind kind, const SpanContext& parent) const {
  if (!sink_ || !parent.sampled) return {};
  const SpanContext context{.trace_id = parent.trace_id, .span_id = make_id<8>(), .sampled = true};
  return Span(std::make_shared<Span::Recording>(sink_, name, kind, context, parent.span_id));
}

}  // namespace pollux::tracing
