#pragma once

#include "queue/redis_stream_vote_consumer.hpp"
#include "service/metrics.hpp"

namespace pollux {

// Shows the figures of the streams and of this consumer, which outlives the last Metrics::text().
void observe_consumer(Metrics& metrics, const RedisStreamVoteConsumer& consumer);

}  // namespace pollux
