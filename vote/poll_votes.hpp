// The polls that people made: their pages at /p/CODE, where a code is typed, and the votes for them. Which
// votes are accepted is decided by the gate of the poll, where a vote gets its place in the queue; what is
// known here may be a quarter of a second old.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "http/router.hpp"
#include "poll/poll_directory.hpp"
#include "poll/ports.hpp"
#include "poll/results_pass.hpp"
#include "vote/page_links.hpp"
#include "vote/poll_pages.hpp"
#include "vote/remembered_selection.hpp"
#include "vote/vote_intake.hpp"

namespace pollux::vote {

// Any io thread. What it refers to outlives it, and it outlives the server that it answers for.
class PollVotes {
 public:
  // `pass_secret` signs passes to results, for result services that have it, too; empty: the voters' key
  // does, for a result page of the same program.
  PollVotes(const poll::PollDirectory& directory, const PollPageContext& page, PageLinks links,
            VoteIntake& intake, std::string_view pass_secret = {});

  // Adds to the routes of the vote page:
  //
  //   GET  /p/CODE          the page of the poll, in each of its states; 404 with the page to join
  //   POST /p/CODE          a vote: the fields of read_vote_form(), as many `vote` as the question takes.
  //                         200; 400 if it is no answer to the question; 403 if it needs the voter's cookie;
  //                         409 if it was not counted because of the poll's state or run; 503 if the same
  //                         vote may be accepted later
  //   GET  /p/CODE/state    JSON for open pages, with an entity tag; no numbers
  //   GET  /p/CODE/results  leads to the results, with a pass for who has voted if others do not see them
  //   GET  /p/CODE/logo/HASH  the image of its logo, not before it was opened; 404 for another hash
  //   GET  /join            the page on which a code is typed; with ?code= it leads to the poll
  //
  // Codes may be typed in any case; the page itself has one address. A POST whose Accept field names JSON and
  // not HTML is answered with JSON: {"outcome":"accepted", …}.
  //
  // `queue` as in VoteService::add_routes().
  void add_routes(http::Router& router, poll::VoteQueue& queue);

 private:
  using Poll = poll::PollDirectory::Poll;

  // Who asks, and in which form the answer is wanted.
  struct Visitor {
    Sender sender;
    const PollPages::Translation* pages;
    bool wants_json = false;
    std::optional<poll::Selection> remembered{};
  };
  // A vote on its way.
  struct PendingVote {
    Visitor visitor;
    Poll poll;  // whose question it answers
    poll::Selection selection;
    RequestContext request;
  };

  void show(const http::Request& request, const http::Reply& reply, std::string_view typed) const;
  void cast(const http::Request& request, const http::Reply& to_sender, std::string_view typed,
            poll::VoteQueue& queue);
  void tell_state(const http::Request& request, const http::Reply& reply, std::string_view typed) const;
  void lead_to_results(const http::Request& request, const http::Reply& reply, std::string_view typed) const;
  void show_logo(const http::Request& request, const http::Reply& reply,
                 const http::Segments& segments) const;
  void join(const http::Request& request, const http::Reply& reply) const;

  Poll find(std::string_view typed) const;
  Visitor visitor_of(const http::Request& request, const Poll& poll, Sender sender) const;
  void enqueue(poll::VoteQueue& queue, PendingVote pending, const http::Reply& reply);
  void settle(const std::shared_ptr<const PendingVote>& pending, const poll::VoteResult& ack,
              const http::Reply& reply);
  void reject(const Visitor& visitor, const Poll& poll, const poll::VoteRejection& rejection,
              const RequestContext& request, const http::Reply& reply);

  http::Response accepted(const PendingVote& pending) const;
  http::Response page(const Visitor& visitor, const poll::ManagedPoll& poll, VoteNotice notice,
                      std::span<const std::string_view> entered = {}) const;
  http::Response unknown(const http::Request& request, std::string_view typed) const;
  http::Response join_page(const http::Request& request, unsigned status, const JoinVisit& visit) const;
  std::string results_url(const poll::ManagedPoll& poll) const;
  bool has_voted(const http::Request& request, const poll::ManagedPoll& poll) const;

  const poll::PollDirectory& directory_;
  const PollPages pages_;
  const PageLinks links_;
  const RememberedAnswers answers_;
  const poll::ResultsPass passes_;
  VoteIntake& intake_;
};

}  // namespace pollux::vote
