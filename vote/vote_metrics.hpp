// What Prometheus sees of the vote service.
#pragma once

#include "telemetry/metrics.hpp"

namespace pollux::vote {

// Handles, safe on any thread; `metrics` outlives them.
struct VoteMetrics {
  explicit VoteMetrics(telemetry::Metrics& metrics);

  telemetry::Counter accepted;
  telemetry::Counter
      without_cookie;               // accepted: the browser did not keep the cookie, the form knew the voter
  telemetry::Counter other_poll;    // refused: the form is of a poll that is not served here any more
  telemetry::Counter cross_origin;  // refused: sent by another site's page
  telemetry::Counter not_a_form;    // refused: no form, or not one field `vote`
  telemetry::Counter unknown_option;  // refused: the poll has no such option
  telemetry::Counter queue_full;      // refused: past the queue's bound
  telemetry::Counter unavailable;     // refused: no durable place for the vote
};

}  // namespace pollux::vote
