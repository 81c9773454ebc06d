// The vote page and its form: a request becomes a Vote and is answered once the queue has accepted or
// rejected it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/router.hpp"
#include "poll/poll.hpp"
#include "poll/ports.hpp"
#include "telemetry/log.hpp"
#include "telemetry/metrics.hpp"
#include "telemetry/server_telemetry.hpp"
#include "tracing/tracer.hpp"
#include "vote/page_links.hpp"
#include "vote/remembered_selection.hpp"
#include "vote/vote_pages.hpp"
#include "vote/voter_tokens.hpp"

namespace pollux::vote {

// Counters of the service, for Prometheus. Any thread; `metrics` outlives them.
struct VoteMetrics {
  explicit VoteMetrics(telemetry::Metrics& metrics);

  telemetry::Counter accepted;
  telemetry::Counter without_cookie;  // accepted: identified by the form, the browser did not keep the cookie
  telemetry::Counter other_poll;      // rejected: the form is of a poll or a run that is no longer asked
  telemetry::Counter cross_origin;    // rejected: sent by another site's page
  telemetry::Counter not_a_form;      // rejected: no form, or not one field `vote`
  telemetry::Counter unknown_option;  // rejected: the poll has no such option
  telemetry::Counter not_open;        // rejected: the poll is being prepared
  telemetry::Counter closed;          // rejected: the poll is closed or archived
  telemetry::Counter queue_full;      // rejected: the queue is full
  telemetry::Counter unavailable;     // rejected: no durable place for the vote
};

// Serves one poll at "/". Any io thread. What it refers to outlives it, and it outlives the server that it
// answers for.
class VoteService {
 public:
  struct Options {
    VoterTokens::Key voter_key;
    PageLinks links;
    tracing::Tracer tracer{};
  };

  VoteService(const poll::Poll& poll, const PageContext& page, Options options, telemetry::Metrics& metrics,
              telemetry::Log& log);

  // Adds GET /, POST /, GET /results and GET /present to a server's routes, which also answer below the path
  // of the public URL. Votes go into `queue`, which outlives the routes. It must be destroyed before this
  // service: it then rejects the votes that wait, which this service answers.
  void add_routes(http::Router& router, poll::VoteQueue& queue);

 private:
  void show(const http::Request& request, const http::Reply& reply) const;
  void cast(const http::Request& request, const http::Reply& to_sender, poll::VoteQueue& queue);
  void lead_to_results(const http::Request& request, const http::Reply& reply) const;
  void lead_to_presentation(const http::Request& request, const http::Reply& reply) const;

  // Identified by the cookie, else by the token in the form, else a new voter.
  struct Sender {
    Voter voter;
    bool without_cookie;  // the browser did not keep the cookie
  };
  Sender identify(const http::Request& request, const std::optional<std::string>& form_token) const;

  // What identifies a request in the log and in traces.
  struct RequestContext {
    std::string_view id;  // valid as long as a copy of the reply exists
    tracing::SpanContext trace;
  };

  void enqueue(poll::VoteQueue& queue, const Sender& sender, const poll::Selection& selection,
               const VotePages::Translation& pages, const RequestContext& request, const http::Reply& reply);
  http::Response accepted(const Sender& sender, const poll::Selection& selection,
                          const VotePages::Translation& pages) const;
  http::Response reject(const poll::VoteRejection& rejection, const Sender& sender,
                        const VotePages::Translation& pages, const RequestContext& request);
  http::Response reject_for_now(const poll::VoteRejection& rejection, const RequestContext& request);

  const poll::Poll& poll_;
  VotePages pages_;
  VoterTokens tokens_;
  RememberedSelection selections_;
  const PageLinks links_;
  const std::vector<std::string> trusted_origins_;
  VoteMetrics metrics_;
  telemetry::Log& log_;
  telemetry::RejectedOrigins rejected_origins_;
  const tracing::Tracer tracer_;
};

}  // namespace pollux::vote
