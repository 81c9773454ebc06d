#include "tracing/span.hpp"

#include <utility>

#include "tracing/span_recording.hpp"

namespace pollux::tracing {
namespace {

// At most `max_span_text_bytes`, without a part of a character of UTF-8 at the end.
std::string bounded(std::string_view text) {
  if (text.size() <= max_span_text_bytes) return std::string(text);
  std::size_t end = max_span_text_bytes;
  const auto continues = [&](std::size_t at) {
    return (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U;
  };
  while (end > 0 && continues(end)) --end;
  return std::string(text.substr(0, end));
}

}  // namespace

Span::Recording::Recording(std::shared_ptr<SpanSink> sink, std::string_view name, SpanKind kind,
                           const SpanContext& context, const SpanId& parent)
    : context_(context), sink_(std::move(sink)), begin_(std::chrono::steady_clock::now()) {
  data_.context = context;
  data_.parent = parent;
  data_.name = bounded(name);
  data_.kind = kind;
  data_.start = std::chrono::system_clock::now();
}

Span::Recording::~Recording() {
  end();
}

void Span::Recording::set(std::string_view key, std::variant<std::string, std::int64_t> value) {
  if (!sink_) return;
  for (Attribute& known : data_.attributes) {
    if (known.key != key) continue;
    known.value = std::move(value);
    return;
  }
  if (data_.attributes.size() >= max_attributes) {
    ++data_.dropped_attributes;
  } else {
    data_.attributes.push_back({std::string(key), std::move(value)});
  }
}

void Span::Recording::link(const SpanContext& other) {
  if (!sink_) return;
  if (data_.links.size() >= max_links) {
    ++data_.dropped_links;
  } else {
    data_.links.push_back(other);
  }
}

void Span::Recording::fail(std::string_view description) {
  if (!sink_) return;
  data_.failed = true;
  data_.description = bounded(description);
}

// The clock of the system may be set meanwhile: the duration is that of the steady clock.
void Span::Recording::end() {
  if (!sink_) return;
  data_.end = data_.start + std::chrono::duration_cast<std::chrono::system_clock::duration>(
                                std::chrono::steady_clock::now() - begin_);
  std::exchange(sink_, nullptr)->add(std::move(data_));
}

SpanContext Span::context() const {
  return recording_ ? recording_->context() : SpanContext();
}

Span& Span::set(std::string_view key, std::string_view value) {
  if (recording_) recording_->set(key, bounded(value));
  return *this;
}

Span& Span::set_number(std::string_view key, std::int64_t value) {
  if (recording_) recording_->set(key, value);
  return *this;
}

Span& Span::link(const SpanContext& other) {
  if (recording_ && other.sampled) recording_->link(other);
  return *this;
}

Span& Span::fail(std::string_view description) {
  if (recording_) recording_->fail(description);
  return *this;
}

void Span::end() {
  if (recording_) recording_->end();
}

}  // namespace pollux::tracing
