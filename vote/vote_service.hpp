// The vote page and what it posts: a request becomes a Vote, and is answered once the queue has accepted or
// rejected it.
#pragma once

#include <string>
#include <vector>

#include "http/router.hpp"
#include "poll/poll.hpp"
#include "poll/vote_queue.hpp"
#include "telemetry/log.hpp"
#include "telemetry/server_telemetry.hpp"
#include "vote/page_links.hpp"
#include "vote/remembered_choice.hpp"
#include "vote/vote_form.hpp"
#include "vote/vote_metrics.hpp"
#include "vote/vote_pages.hpp"
#include "vote/voter_cookies.hpp"

namespace pollux::vote {

// Serves one poll at "/". Any io thread. What it refers to outlives it, and it outlives the server that it
// answers for.
class VoteService {
 public:
  struct Options {
    VoterCookies::Key cookie_key;
    PageLinks links;
  };

  VoteService(const poll::Poll& poll, const PageContext& page, Options options, telemetry::Metrics& metrics,
              telemetry::Log& log);

  // Adds GET /, POST /, GET /results and GET /present to a server's routes, which also answer below the path
  // of the public URL. Votes go into `queue`, which outlives the routes. It is destroyed before this service:
  // it then rejects what waits, and the answers are ours.
  void add_routes(http::Router& router, poll::VoteQueue& queue);

 private:
  void show(const http::Request& request, const http::Reply& reply) const;
  void cast(const http::Request& request, const http::Reply& reply, poll::VoteQueue& queue);
  void lead_to_results(const http::Request& request, const http::Reply& reply) const;
  void lead_to_presentation(const http::Request& request, const http::Reply& reply) const;

  // Who sent the form: by the cookie, else by what the page's form carries, else somebody new.
  struct Sender {
    Voter voter;
    bool without_cookie;  // the browser did not keep the cookie
  };
  Sender identify(const http::Request& request, const VoteForm& form) const;

  void enqueue(poll::VoteQueue& queue, const Sender& sender, const poll::Selection& selection,
               http::Response accepted, const http::Reply& reply);
  http::Response refuse(const Error& error);

  const poll::Poll& poll_;
  VotePages pages_;
  VoterCookies cookies_;
  RememberedChoice choices_;
  const PageLinks links_;
  const std::vector<std::string> trusted_origins_;
  VoteMetrics metrics_;
  telemetry::Log& log_;
  telemetry::RejectedOrigins rejected_origins_;
};

}  // namespace pollux::vote
