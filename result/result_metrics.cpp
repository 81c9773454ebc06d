#include "result/result_metrics.hpp"

#include <initializer_list>
#include <string>

#include "engineio/session.hpp"

namespace pollux::result {
namespace {

double read(const auto& number) {
  return static_cast<double>(number.load(std::memory_order_relaxed));
}

void observe_sessions(telemetry::Metrics& metrics, const engineio::Statistics& transport) {
  for (const auto each : {engineio::Transport::polling, engineio::Transport::websocket}) {
    metrics.observed_gauge("pollux_viewers", "Browsers that follow the results now, by transport.",
                           {{"transport", std::string(name_of(each))}},
                           [&transport, each] { return static_cast<double>(transport.sessions_on(each)); });
  }
  metrics.observed_counter("pollux_viewers_upgraded_total",
                           "Viewers that went over from polling to WebSocket.", {},
                           [&] { return read(transport.upgraded); });
  for (std::size_t i = 0; i < engineio::close_reasons; ++i) {
    const auto reason = static_cast<engineio::CloseReason>(i);
    metrics.observed_counter("pollux_viewers_closed_total",
                             "Viewers whose connection ended, by reason; too_slow: they did not read.",
                             {{"reason", std::string(name_of(reason))}},
                             [&, i] { return read(transport.closed[i]); });
  }
}

void observe_packets(telemetry::Metrics& metrics, const engineio::Statistics& transport) {
  constexpr auto name = "pollux_push_packets_total";
  constexpr auto help = "Packets of the push protocol, heartbeats included, by direction.";
  metrics.observed_counter(name, help, {{"direction", "received"}}, [&] { return read(transport.received); });
  metrics.observed_counter(name, help, {{"direction", "sent"}}, [&] { return read(transport.sent); });
  for (std::size_t i = 0; i < engineio::reject_reasons; ++i) {
    const auto reason = static_cast<engineio::RejectReason>(i);
    metrics.observed_counter(
        "pollux_push_requests_refused_total", "Requests of the push protocol that were refused, by reason.",
        {{"reason", std::string(name_of(reason))}}, [&, i] { return read(transport.rejected[i]); });
  }
}

void observe_failures(telemetry::Metrics& metrics, const engineio::Statistics& transport) {
  metrics.observed_counter("pollux_push_failures_total",
                           "Work for connections of the push protocol that failed.", {},
                           [&] { return read(transport.failed); });
}

void observe_namespaces(telemetry::Metrics& metrics, const socketio::Statistics& statistics) {
  metrics.observed_counter("pollux_viewers_connected_total", "Connections to a namespace that were accepted.",
                           {}, [&] { return read(statistics.connected); });
  metrics.observed_counter("pollux_viewers_refused_total", "Connections to a namespace that were refused.",
                           {}, [&] { return read(statistics.rejected); });
  metrics.observed_counter("pollux_viewer_handlers_failed_total",
                           "Events of viewers that ended their connection because the handler failed.", {},
                           [&] { return read(statistics.failed_handlers); });
  metrics.observed_counter("pollux_viewer_events_ignored_total",
                           "Events that viewers sent, which none of them needs to.", {},
                           [&] { return read(statistics.unknown_events); });
  metrics.observed_counter("pollux_updates_coalesced_total",
                           "Updates that a slow viewer skipped for a newer one.", {},
                           [&] { return read(statistics.coalesced); });
}

}  // namespace

ResultMetrics::ResultMetrics(telemetry::Metrics& metrics)
    : published(metrics.counter("pollux_results_published_total", "Updates that were sent to the screens.")),
      publish_delay_seconds(metrics.histogram("pollux_publish_delay_seconds",
                                              "Time from the feed's word of a changed tally to its update "
                                              "having been given to every viewer's connection.",
                                              telemetry::seconds_buckets())),
      broadcast_seconds(metrics.histogram("pollux_broadcast_seconds",
                                          "Time from the start of a broadcast to its having been given to "
                                          "every viewer's connection.",
                                          telemetry::seconds_buckets())) {}

void observe_viewers(telemetry::Metrics& metrics, const socketio::Server& sockets) {
  observe_sessions(metrics, sockets.transport_statistics());
  observe_packets(metrics, sockets.transport_statistics());
  observe_failures(metrics, sockets.transport_statistics());
  observe_namespaces(metrics, sockets.statistics());
}

}  // namespace pollux::result
