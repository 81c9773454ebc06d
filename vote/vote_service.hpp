// The vote page and its form: a request becomes a Vote and is answered once the queue has accepted or
// rejected it.
#pragma once

#include "http/router.hpp"
#include "poll/poll.hpp"
#include "poll/ports.hpp"
#include "telemetry/log.hpp"
#include "telemetry/metrics.hpp"
#include "tracing/tracer.hpp"
#include "vote/page_links.hpp"
#include "vote/remembered_selection.hpp"
#include "vote/vote_intake.hpp"
#include "vote/vote_pages.hpp"
#include "vote/voter_tokens.hpp"

namespace pollux::vote {

// Serves one poll at "/". Any io thread. What it refers to outlives it, and it outlives the server that it
// answers for.
class VoteService {
 public:
  struct Options {
    VoterTokens::Keys voter_keys;
    PageLinks links;
    tracing::Tracer tracer{};
    VoteLimits limits{};
  };

  VoteService(const poll::Poll& poll, const PageContext& page, Options options, telemetry::Metrics& metrics,
              telemetry::Log& log);

  // Adds GET /, POST /, GET /results and GET /present to a server's routes, which also answer below the path
  // of the public URL. Votes go into `queue`, which outlives the routes. It must be destroyed before this
  // service: it then rejects the votes that wait, which this service answers.
  void add_routes(http::Router& router, poll::VoteQueue& queue);

  // For the other polls of the same page (poll_votes.hpp).
  VoteIntake& intake() { return intake_; }

 private:
  // What the answer to a vote needs.
  struct PendingVote {
    Sender sender;
    poll::Selection selection;
    const VotePages::Translation& pages;
    RequestContext request;
  };

  void show(const http::Request& request, const http::Reply& reply);
  void cast(const http::Request& request, const http::Reply& to_sender, poll::VoteQueue& queue);
  void lead_to_results(const http::Request& request, const http::Reply& reply) const;
  void lead_to_presentation(const http::Request& request, const http::Reply& reply) const;

  void enqueue(poll::VoteQueue& queue, PendingVote pending, const http::Reply& reply);
  http::Response changed(const Sender& sender, const VotePages::Translation& pages) const;
  http::Response accepted(const PendingVote& pending) const;
  http::Response reject(const poll::VoteRejection& rejection, const PendingVote& pending);

  const poll::Poll& poll_;
  VotePages pages_;
  VoteIntake intake_;
  RememberedSelection selections_;
  const PageLinks links_;
  telemetry::Log& log_;
};

}  // namespace pollux::vote
