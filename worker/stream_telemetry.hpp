// What operators see of the streams in Redis and of this worker's consumer: metrics and log lines.
#pragma once

#include "queue/redis_stream_vote_consumer.hpp"
#include "telemetry/log.hpp"
#include "telemetry/metrics.hpp"

namespace pollux::worker {

// Shows the figures of the streams and of this consumer, which outlives the last Metrics::text().
void observe_consumer(telemetry::Metrics& metrics, const queue::RedisStreamVoteConsumer& consumer);

// For RedisStreamConsumerOptions::warn. Each message with each reason has a line of its own, once per
// Log::repeat_period with the number of suppressed ones: a lasting warning must not hide others. The log
// outlives it.
queue::RedisStreamMonitor::Warn log_warnings(telemetry::Log& log);

}  // namespace pollux::worker
