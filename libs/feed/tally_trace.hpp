// The spans of a changed tally on its way through PostgreSQL: its notification, and the read that follows.
//
// https://opentelemetry.io/docs/specs/semconv/messaging/messaging-spans/
// https://opentelemetry.io/docs/specs/semconv/db/database-spans/
#pragma once

#include <span>

#include "base/result.hpp"
#include "poll/tally.hpp"
#include "tracing/tracer.hpp"

namespace pollux::feed {

// The worker's side: the span of a notification.
tracing::Span start_publish_span(const tracing::Tracer& tracer, const tracing::SpanContext& parent);

// The result service's side. One thread.
class TallyReadTrace {
 public:
  // Starts the span of a read and that of its statement. Its parent is the first of the notifications that
  // the read serves, if that is sampled; it links to the others.
  TallyReadTrace(const tracing::Tracer& tracer, std::span<const tracing::SpanContext> announced);

  // The read has ended: adds the span to the tally, for those that it is passed on to.
  void end_read(Result<poll::Tally>& tally);

 private:
  tracing::Span process_;  // ends with this
  tracing::Span statement_;
};

}  // namespace pollux::feed
