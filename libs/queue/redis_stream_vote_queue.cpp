#include "queue/redis_stream_vote_queue.hpp"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <stdexcept>
#include <string_view>
#include <utility>
#include <vector>

#include "queue/redis_recorded_votes.hpp"
#include "queue/redis_stream_commands.hpp"
#include "queue/redis_vote_gates.hpp"
#include "queue/versions.hpp"
#include "queue/vote_append.hpp"

namespace pollux::queue {
namespace {

std::vector<std::string> stream_keys(std::size_t shards) {
  if (shards < 1 || shards > max_stream_shards) {
    throw std::invalid_argument("RedisStreamVoteQueue: the number of streams is 1 to 256.");
  }
  std::vector<std::string> keys;
  for (std::size_t shard = 0; shard < shards; ++shard) keys.push_back(stream_key(shard));
  return keys;
}

// What a connection sends after each login, and periodically.
std::vector<redis::EncodedCommand> keepalive(const std::vector<std::string>& streams, bool gates) {
  std::vector<std::string_view> words{"SADD", streams_key};
  words.insert(words.end(), streams.begin(), streams.end());
  std::vector<redis::EncodedCommand> commands{redis::EncodedCommand(words)};
  // So that EVALSHA finds the script: each server forgets its scripts when it ends.
  if (gates) {
    commands.push_back({"SCRIPT", "LOAD", gated_append_script});
    commands.push_back({"SCRIPT", "LOAD", once_append_script});
  }
  return commands;
}

// Votes that wait come before recorded ones, which stay for a while (redis_recorded_votes.hpp). If the user
// may not run scripts, this fails, and the workers alone make room.
std::vector<redis::EncodedCommand> delete_recorded(const std::vector<std::string>& streams) {
  constexpr std::uint64_t newest = std::numeric_limits<std::int64_t>::max();
  std::vector<redis::EncodedCommand> commands;
  for (const std::string& stream : streams) {
    const redis::Command command = survey_stream(stream, {newest, newest});
    commands.emplace_back(std::vector<std::string_view>(command.begin(), command.end()));
  }
  return commands;
}

poll::VoteQueue::AckCallback end_with_outcome(const tracing::Span& span, poll::VoteQueue::AckCallback done) {
  return [span = span, done = std::move(done)](poll::VoteResult version) mutable {
    if (version) {
      span.set("messaging.message.id", entry_id_text(*version));
    } else {
      span.fail(version.error().message);
    }
    span.end();
    done(std::move(version));
  };
}

}  // namespace

std::size_t shard_of(std::string_view voter_id, std::size_t shards) {
  if (shards == 1) return 0;
  std::uint64_t hash = 14695981039346656037U;
  for (const char byte : voter_id) hash = (hash ^ static_cast<unsigned char>(byte)) * 1099511628211U;
  return hash % shards;
}

RedisStreamVoteQueue::RedisStreamVoteQueue(IoThreads& threads, Options options)
    : streams_(stream_keys(options.stream_shards)),
      gates_(options.gates),
      tracer_(options.tracer),
      host_(options.url.host),
      port_(options.url.port),
      producer_(threads, options, keepalive(streams_, gates_), outcome_of_append, delete_recorded(streams_)) {
}

// https://opentelemetry.io/docs/specs/semconv/messaging/messaging-spans/
tracing::Span RedisStreamVoteQueue::start_span(const std::string& stream,
                                               const tracing::SpanContext& parent) const {
  if (!parent.sampled) return {};
  tracing::Span span = tracer_.start("send " + stream, tracing::SpanKind::producer, parent);
  span.set("messaging.system", "redis");
  span.set("messaging.operation.type", "send");
  span.set("messaging.operation.name", "XADD");
  span.set("messaging.destination.name", stream);
  if (host_.empty()) return span;  // a unix socket
  span.set("server.address", host_);
  span.set("server.port", port_);
  return span;
}

void RedisStreamVoteQueue::enqueue(poll::Vote vote, AckCallback done) {
  const std::string& stream = streams_[shard_of(vote.voter.text(), streams_.size())];
  if (!gates_ && poll::gated_run(vote.poll)) return done(poll::rejection_without_gate());
  const tracing::Span span = start_span(stream, vote.trace);
  if (!span) return producer_.send(append_vote(vote, stream), std::move(done));
  producer_.send(append_vote(vote, stream, tracing::to_traceparent(span.context())),
                 end_with_outcome(span, std::move(done)));
}

}  // namespace pollux::queue
