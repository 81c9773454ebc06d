// What every vote of a browser goes through, whichever poll it is for: the check of its origin, the identity
// of its voter, what is counted, and the answer if it can't be taken just now.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.hpp"
#include "config/public_addresses.hpp"
#include "http/form.hpp"
#include "http/network_limit.hpp"
#include "http/request.hpp"
#include "http/response.hpp"
#include "poll/vote_rejection.hpp"
#include "telemetry/log.hpp"
#include "telemetry/metrics.hpp"
#include "telemetry/server_telemetry.hpp"
#include "tracing/span_context.hpp"
#include "tracing/tracer.hpp"
#include "vote/vote_limits.hpp"
#include "vote/voter_tokens.hpp"

namespace pollux::vote {

// Counters of the service, for Prometheus. Any thread; `metrics` outlives them.
struct VoteMetrics {
  explicit VoteMetrics(telemetry::Metrics& metrics);

  telemetry::Counter accepted;
  telemetry::Counter new_voters;      // who got an identity, with a page or with a vote
  telemetry::Counter without_cookie;  // accepted: identified by the form, the browser did not keep the cookie
  telemetry::Counter other_poll;      // rejected: the form is of a poll or a run that is no longer asked
  telemetry::Counter cross_origin;    // rejected: sent by another site's page
  telemetry::Counter not_a_form;      // rejected: no form, or not the fields of one
  telemetry::Counter unknown_option;  // rejected: no answer to the poll's question
  telemetry::Counter not_open;        // rejected: the poll is being prepared
  telemetry::Counter closed;          // rejected: the poll is closed or archived
  telemetry::Counter already_voted;   // rejected: votes of the poll can't be changed
  telemetry::Counter too_many_votes;  // rejected: from one network
  telemetry::Counter too_many_new_voters;  // rejected: from one network
  telemetry::Counter no_cookie;            // rejected: votes need the cookie of an earlier page
  telemetry::Counter queue_full;           // rejected: the queue is full
  telemetry::Counter unavailable;          // rejected: no durable place for the vote
};

// Identified by the cookie, else by the token in the form, else a new voter.
struct Sender {
  Voter voter;
  bool by_cookie = false;
  bool without_cookie = false;  // the browser did not keep the cookie

  // What the form of the page carries: nothing for a browser that keeps the cookie, so that the page is the
  // same for all of them.
  std::string_view form_token() const { return by_cookie ? std::string_view() : voter.token; }
};

// A vote that needs the cookie of an earlier page came without it.
struct CookieMissing {};

// What identifies a request in the log and in traces.
struct RequestContext {
  std::string_view id;  // valid as long as a copy of the reply exists
  tracing::SpanContext trace;
};

// The fields of a vote's form: any number of `vote`, and at most one `voter` (the token that the page was
// made with) and one `poll` (the id of the run that it showed), which programs leave out. An error is the
// message of a 400.
Result<http::Fields> read_vote_form(const http::Request& request);

// A page that shows one voter's selection. `set_cookie` stores the voter's token; empty: the voter has none
// yet, and a program finds in Retry-After when to ask again.
http::Response page_of_voter(unsigned status, http::Body body, std::string_view language,
                             std::string set_cookie);

// Shared by the services of one listener. Any thread. The metrics and the log outlive it.
class VoteIntake {
 public:
  struct Options {
    VoterTokens::Keys voter_keys;
    config::PublicAddresses addresses;
    tracing::Tracer tracer{};
    VoteLimits limits{};
  };

  VoteIntake(const Options& options, telemetry::Metrics& metrics, telemetry::Log& log);

  // The keys of the voters' cookies, for other signatures.
  const VoterTokens::Keys& voter_keys() const { return voter_keys_; }
  const VoterTokens& tokens() const { return tokens_; }
  const tracing::Tracer& tracer() const { return tracer_; }
  VoteMetrics& metrics() { return metrics_; }

  // False if a page of another site sent the request, which is counted and logged then. The answer is
  // of_other_site().
  bool is_of_own_site(const http::Request& request);
  static http::Response of_other_site();

  // Who gets a page: the voter of the cookie, or of `form_token`, the field `voter` of the form, or a new
  // one. If too many new ones came from the network, a new one gets no token: the page is the same, and a
  // vote from it is one of a new voter.
  Sender visitor(const http::Request& request, std::optional<std::string_view> form_token = {});

  // Who votes, found likewise, or why the vote is not taken: a response, 429, because too many votes or new
  // voters came from the network; or CookieMissing, which is counted, because it has no cookie, and the
  // program or the poll (`cookie_required`) needs one. The answer is without_cookie(), or says the same.
  std::variant<Sender, CookieMissing, http::Response> admit(const http::Request& request,
                                                            std::optional<std::string_view> form_token,
                                                            bool cookie_required = false);
  static http::Response without_cookie();

  void count_accepted(const Sender& sender);
  void count_rejected(poll::RejectionReason reason);

  // For `full` and `unavailable`: counts and logs the rejection. The same vote may be accepted later (503).
  http::Response reject_for_now(const poll::VoteRejection& rejection, const RequestContext& request);

 private:
  http::Response reject_for_network(const http::Request& request, std::chrono::seconds wait,
                                    telemetry::Counter& counter, std::string_view setting);

  const VoterTokens::Keys voter_keys_;
  const VoterTokens tokens_;
  const bool requires_cookie_;
  http::NetworkLimit vote_limit_;
  http::NetworkLimit new_voter_limit_;
  const std::vector<std::string> trusted_origins_;
  VoteMetrics metrics_;
  telemetry::Log& log_;
  telemetry::RejectedOrigins rejected_origins_;
  const tracing::Tracer tracer_;
};

}  // namespace pollux::vote
