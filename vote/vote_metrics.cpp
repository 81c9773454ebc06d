#include "vote/vote_metrics.hpp"

namespace pollux::vote {
namespace {

telemetry::Counter refused(telemetry::Metrics& metrics, const std::string& reason) {
  return metrics.counter("pollux_votes_refused_total", "Votes that were refused, by reason.",
                         {{"reason", reason}});
}

}  // namespace

VoteMetrics::VoteMetrics(telemetry::Metrics& metrics)
    : accepted(metrics.counter("pollux_votes_accepted_total", "Votes that were answered with 200.")),
      without_cookie(metrics.counter("pollux_votes_without_cookie_total",
                                     "Votes of voters who were known by their page's form alone, because the "
                                     "browser did not keep the cookie.")),
      other_poll(refused(metrics, "other_poll")),
      cross_origin(refused(metrics, "cross_origin")),
      not_a_form(refused(metrics, "not_a_form")),
      unknown_option(refused(metrics, "unknown_option")),
      queue_full(refused(metrics, "queue_full")),
      unavailable(refused(metrics, "unavailable")) {}

}  // namespace pollux::vote
