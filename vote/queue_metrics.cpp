#include "vote/queue_metrics.hpp"

namespace pollux::vote {

void observe_producer(telemetry::Metrics& metrics, const queue::RedisVoteProducer& producer) {
  metrics.observed_gauge("pollux_queue_in_flight_votes",
                         "Votes that Redis was asked to keep and that wait for its answer.", {},
                         [&producer] { return static_cast<double>(producer.statistics().in_flight); });
  metrics.observed_counter("pollux_redis_reconnects_total",
                           "Connections to Redis that were made again after a loss.", {},
                           [&producer] { return static_cast<double>(producer.reconnects()); });
  metrics.observed_gauge("pollux_redis_connected", "1 where every io thread is connected to Redis, else 0.",
                         {}, [&producer] { return producer.state() ? 1.0 : 0.0; });
}

}  // namespace pollux::vote
