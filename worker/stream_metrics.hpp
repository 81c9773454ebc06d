#pragma once

#include "queue/redis_stream_vote_consumer.hpp"
#include "telemetry/metrics.hpp"

namespace pollux::worker {

// Shows the figures of the streams and of this consumer, which outlives the last Metrics::text().
void observe_consumer(telemetry::Metrics& metrics, const queue::RedisStreamVoteConsumer& consumer);

}  // namespace pollux::worker
