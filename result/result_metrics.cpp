#include "result/result_metrics.hpp"

#include <initializer_list>
#include <string>

namespace pollux::result {
namespace {

double read(const auto& number) {
  return static_cast<double>(number.load(std::memory_order_relaxed));
}

}  // namespace

ResultMetrics::ResultMetrics(Metrics& metrics)
    : published(metrics.counter("pollux_results_published_total", "Updates that were sent to the screens.")),
      publish_delay_seconds(metrics.histogram("pollux_publish_delay_seconds",
                                              "Time from the feed's word of a changed tally to its update "
                                              "having been given to every viewer's connection.",
                                              seconds_buckets())) {}

void observe_viewers(Metrics& metrics, const socketio::Server& sockets) {
  const engineio::Statistics& transport = sockets.transport_statistics();
  const socketio::Statistics& statistics = sockets.statistics();
  metrics.observed_gauge("pollux_viewers", "Browsers that follow the results now.", {},
                         [&] { return read(transport.sessions); });
  metrics.observed_counter("pollux_viewers_connected_total", "Connections to a namespace that were accepted.",
                           {}, [&] { return read(statistics.connected); });
  metrics.observed_counter("pollux_viewers_refused_total", "Connections to a namespace that were refused.",
                           {}, [&] { return read(statistics.refused); });
  metrics.observed_counter("pollux_updates_coalesced_total",
                           "Updates that a slow viewer skipped for a newer one.", {},
                           [&] { return read(statistics.coalesced); });
  for (std::size_t i = 0; i < engineio::close_reasons; ++i) {
    const auto reason = static_cast<engineio::CloseReason>(i);
    metrics.observed_counter("pollux_viewers_closed_total", "Viewers whose connection ended, by reason.",
                             {{"reason", std::string(name_of(reason))}},
                             [&, i] { return read(transport.closed[i]); });
  }
}

}  // namespace pollux::result
