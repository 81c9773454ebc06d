// The traces of the votes of one batch.
//
// Each sampled vote has a span of its own, a child of the one that queued it. The batch is recorded and
// published once: these spans belong to the trace of its first sampled vote, the leader, and the spans of the
// others link to the leader's. (A span has one parent.)
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "poll/vote.hpp"
#include "tracing/tracer.hpp"

namespace pollux::worker {

// What the spans say of the queue and the store, in the names of OpenTelemetry's conventions:
// https://opentelemetry.io/docs/specs/semconv/messaging/messaging-spans/
// https://opentelemetry.io/docs/specs/semconv/db/database-spans/
struct TraceNames {
  std::string messaging_system{};  // "redis"; empty: the queue is in this process
  std::string destination = "votes";
  std::string consumer_group{};
  std::string database_system{};  // "postgresql"
  std::string database{};         // its name; empty: the store is a file
};

// One thread. Without a sampled vote all calls cost little.
class BatchTrace {
 public:
  // Starts the spans of the votes; both arguments outlive it.
  BatchTrace(const tracing::Tracer& tracer, const TraceNames& names, std::span<const poll::QueuedVote> batch);

  // The span of one attempt to record the batch.
  tracing::Span start_record() const;

  // The parent of what follows from the batch; not sampled if no vote is.
  tracing::SpanContext leader() const;

  // The votes were not recorded, for this reason.
  void fail(const Error& error);

 private:
  void start_vote(const poll::QueuedVote& queued);

  const tracing::Tracer& tracer_;
  const TraceNames& names_;
  const std::size_t votes_;
  std::vector<tracing::Span> spans_;  // of the sampled votes; end with this
};

}  // namespace pollux::worker
