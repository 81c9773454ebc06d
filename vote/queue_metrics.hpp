#pragma once

#include "queue/redis_vote_producer.hpp"
#include "telemetry/metrics.hpp"

namespace pollux::vote {

// Shows the figures of the way to Redis; the producer outlives the last Metrics::text().
void observe_producer(telemetry::Metrics& metrics, const queue::RedisVoteProducer& producer);

}  // namespace pollux::vote
