#include "feed/tally_trace.hpp"

#include <string_view>

namespace pollux::feed {
namespace {

constexpr std::string_view channel = "pollux_tally";

void describe_message(tracing::Span& span, std::string_view operation) {
  span.set("messaging.system", "postgresql");
  span.set("messaging.operation.type", operation);
  span.set("messaging.operation.name", operation);
  span.set("messaging.destination.name", channel);
}

}  // namespace

tracing::Span start_publish_span(const tracing::Tracer& tracer, const tracing::SpanContext& parent) {
  tracing::Span span = tracer.start("publish pollux_tally", tracing::SpanKind::producer, parent);
  describe_message(span, "send");
  return span;
}

TallyReadTrace::TallyReadTrace(const tracing::Tracer& tracer,
                               std::span<const tracing::SpanContext> announced) {
  if (announced.empty()) return;
  process_ = tracer.start("process pollux_tally", tracing::SpanKind::consumer, announced.front());
  describe_message(process_, "process");
  for (const tracing::SpanContext& other : announced.subspan(1)) process_.link(other);
  statement_ = tracer.start("SELECT pollux_tallies", tracing::SpanKind::client, process_.context());
  statement_.set("db.system.name", "postgresql");
  statement_.set("db.operation.name", "SELECT");
  statement_.set("db.collection.name", "pollux_tallies");
}

void TallyReadTrace::end_read(Result<poll::Tally>& tally) {
  if (tally) {
    tally->trace = process_.context();
  } else {
    statement_.fail(tally.error().message);
    process_.fail(tally.error().message);
  }
  statement_.end();
}

}  // namespace pollux::feed
