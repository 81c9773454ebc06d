#include "worker/batch_trace.hpp"

#include <utility>

namespace pollux::worker {
namespace {

// As Redis writes the id of an entry.
std::string id_of(const poll::Version& version) {
  return std::to_string(version.time) + "-" + std::to_string(version.sequence);
}

}  // namespace

BatchTrace::BatchTrace(const tracing::Tracer& tracer, const TraceNames& names,
                       std::span<const poll::QueuedVote> batch)
    : tracer_(tracer), names_(names), votes_(batch.size()) {
  if (!tracer) return;
  for (const poll::QueuedVote& queued : batch) {
    if (queued.vote.trace.sampled) start_vote(queued);
  }
}

void BatchTrace::start_vote(const poll::QueuedVote& queued) {
  tracing::Span span =
      tracer_.start("process " + names_.destination, tracing::SpanKind::consumer, queued.vote.trace);
  if (!names_.messaging_system.empty()) {
    span.set("messaging.system", names_.messaging_system);
    span.set("messaging.operation.type", "process");
    span.set("messaging.operation.name", "process");
    span.set("messaging.destination.name", names_.destination);
    span.set("messaging.consumer.group.name", names_.consumer_group);
    span.set("messaging.message.id", id_of(queued.version));
  }
  span.set("messaging.batch.message_count", votes_);
  if (!spans_.empty()) span.link(leader());
  spans_.push_back(std::move(span));
}

tracing::SpanContext BatchTrace::leader() const {
  return spans_.empty() ? tracing::SpanContext() : spans_.front().context();
}

tracing::Span BatchTrace::start_record() const {
  if (spans_.empty()) return {};
  tracing::Span span = tracer_.start("INSERT pollux_votes", tracing::SpanKind::client, leader());
  span.set("db.system.name", names_.database_system);
  if (!names_.database.empty()) span.set("db.namespace", names_.database);
  span.set("db.operation.name", "INSERT");
  span.set("db.collection.name", "pollux_votes");
  if (votes_ > 1) span.set("db.operation.batch.size", votes_);  // by the conventions, not for a single one
  for (std::size_t i = 1; i < spans_.size(); ++i) span.link(spans_[i].context());
  return span;
}

void BatchTrace::fail(const Error& error) {
  for (tracing::Span& span : spans_) span.fail(error.message);
}

}  // namespace pollux::worker
