#include "result/result_metrics.hpp"

#include <algorithm>
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
    metrics.observed_gauge("pollux_viewers", "Connected viewers, by transport.",
                           {{"transport", std::string(name_of(each))}},
                           [&transport, each] { return static_cast<double>(transport.sessions_on(each)); });
  }
  metrics.observed_counter("pollux_viewers_upgraded_total",
                           "Viewers that upgraded from polling to WebSocket.", {},
                           [&] { return read(transport.upgraded); });
  for (std::size_t i = 0; i < engineio::close_reasons; ++i) {
    const auto reason = static_cast<engineio::CloseReason>(i);
    metrics.observed_counter("pollux_viewers_closed_total",
                             "Viewers whose connection ended, by reason. too_slow: the viewer did not read.",
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
        "pollux_push_requests_rejected_total", "Requests of the push protocol that were rejected, by reason.",
        {{"reason", std::string(name_of(reason))}}, [&, i] { return read(transport.rejected[i]); });
  }
}

void observe_failures(telemetry::Metrics& metrics, const engineio::Statistics& transport) {
  metrics.observed_counter("pollux_push_failures_total",
                           "Connections of the push protocol closed by an internal error.", {},
                           [&] { return read(transport.failed); });
}

void observe_namespaces(telemetry::Metrics& metrics, const socketio::Statistics& statistics) {
  metrics.observed_counter("pollux_viewers_connected_total", "Connections to a namespace that were accepted.",
                           {}, [&] { return read(statistics.connected); });
  metrics.observed_counter("pollux_viewers_rejected_total", "Connections to a namespace that were rejected.",
                           {}, [&] { return read(statistics.rejected); });
  metrics.observed_counter("pollux_viewer_handlers_failed_total",
                           "Viewers disconnected because the handler of their event failed.", {},
                           [&] { return read(statistics.failed_handlers); });
  metrics.observed_counter("pollux_viewer_events_ignored_total", "Events received from viewers and ignored.",
                           {}, [&] { return read(statistics.unknown_events); });
  metrics.observed_counter("pollux_updates_coalesced_total",
                           "Updates that were replaced by a newer one before a slow viewer received them.",
                           {}, [&] { return read(statistics.coalesced); });
}

}  // namespace

ResultMetrics::ResultMetrics(telemetry::Metrics& metrics)
    : published(metrics.counter("pollux_results_published_total", "Updates published to viewers.")),
      publish_delay_seconds(metrics.histogram("pollux_publish_delay_seconds",
                                              "Time from a changed tally to its update being queued on every "
                                              "viewer's connection.",
                                              telemetry::seconds_buckets())),
      broadcast_seconds(metrics.histogram("pollux_broadcast_seconds",
                                          "Time from the start of a broadcast to the update being queued on "
                                          "every viewer's connection.",
                                          telemetry::seconds_buckets())),
      vote_to_screen_seconds(metrics.histogram(
          "pollux_vote_to_screen_seconds",
          "Time from a vote being queued to the first update that includes it being queued on every viewer's "
          "connection, counted per vote. By the clocks of the queue (Redis) and of this machine: a negative "
          "time "
          "counts as 0.",
          {0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300})) {}

void ResultMetrics::observe_votes(const poll::VoteTimes& votes, std::chrono::system_clock::time_point now) {
  const double now_seconds = std::chrono::duration<double>(now.time_since_epoch()).count();
  for (const auto& [oldest, count] : votes.groups()) {
    constexpr double milliseconds = 1000;
    vote_to_screen_seconds.observe(std::max(0.0, now_seconds - static_cast<double>(oldest) / milliseconds),
                                   count);
  }
}

void observe_viewers(telemetry::Metrics& metrics, const socketio::Server& sockets) {
  observe_sessions(metrics, sockets.transport_statistics());
  observe_packets(metrics, sockets.transport_statistics());
  observe_failures(metrics, sockets.transport_statistics());
  observe_namespaces(metrics, sockets.statistics());
}

}  // namespace pollux::result
