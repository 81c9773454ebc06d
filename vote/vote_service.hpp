// The vote page and what it posts: a request becomes a Vote, and its answer waits for the queue's word.
#pragma once

#include <string>
#include <vector>

#include "http/router.hpp"
#include "poll/poll.hpp"
#include "poll/vote_queue.hpp"
#include "service/log.hpp"
#include "vote/remembered_choice.hpp"
#include "vote/results_link.hpp"
#include "vote/vote_metrics.hpp"
#include "vote/vote_pages.hpp"
#include "vote/voter_cookies.hpp"

namespace pollux::vote {

// Serves one poll at "/". Any io thread. What it refers to outlives it, and it outlives the server that it
// answers for.
class VoteService {
 public:
  struct Options {
    std::vector<std::string>
        allowed_origins;  // pages of other hosts that may post here: "https://vote.example"
    VoterCookies::Key cookie_key;
    CookieOptions cookie;
    ResultsLink results;
  };

  VoteService(const Poll& poll, const PageContext& page, Options options, VoteQueue& queue, Metrics& metrics,
              Log& log);

  // Adds GET /, POST /, GET /results and GET /present to a server's routes.
  void add_routes(http::Router& router);

 private:
  void show(const http::Request& request, const http::Reply& reply) const;
  void cast(const http::Request& request, const http::Reply& reply);
  void lead_to_results(const http::Request& request, const http::Reply& reply) const;
  void lead_to_presentation(const http::Request& request, const http::Reply& reply) const;

  // The selection that a request posts, or the sentence for its 400.
  Result<Selection> read_selection(const http::Request& request);
  http::Response refuse(const Error& error);

  const Poll& poll_;
  VotePages pages_;
  VoterCookies cookies_;
  RememberedChoice choices_;
  const bool reached_by_tls_;
  std::vector<std::string> allowed_origins_;
  ResultsLink results_;
  VoteQueue& queue_;
  VoteMetrics metrics_;
  Log& log_;
};

}  // namespace pollux::vote
