#include "vote/vote_intake.hpp"

#include <cstddef>
#include <string>
#include <utility>

#include "http/origin.hpp"
#include "vote/cookie_options.hpp"

namespace pollux::vote {
namespace {

using namespace std::chrono_literals;

// Who is to blame for a reason is decided in deploy/monitoring: rules.py has a list for each, which the error
// budget (slos.py) and the alerts (alerts.py) use, and dashboards/vote_night.py explains each reason. A
// reason that is missing there fails tests/monitoring/rules/consistency_test.py.
telemetry::Counter rejected(telemetry::Metrics& metrics, const std::string& reason) {
  return metrics.counter("pollux_votes_rejected_total", "Votes that were rejected, by reason.",
                         {{"reason", reason}});
}

http::NetworkLimit::Options limit_of(std::size_t per_second) {
  const auto rate = static_cast<double>(per_second);
  return {.per_second = rate, .at_once = rate * VoteLimits::burst_seconds};
}

}  // namespace

// The texts of errors in this folder are for programs. What people read is in libs/web/shared/catalogue.json:
// `error` has the error pages, by status, which replace these texts for browsers (web/error_pages.hpp);
// `vote_page` the page that the service renders (vote/vote_pages.hpp); `vote` what its script shows, which
// receives only the status (vote/send.ts there).

VoteMetrics::VoteMetrics(telemetry::Metrics& metrics)
    : accepted(metrics.counter("pollux_votes_accepted_total", "Votes that were answered with 200.")),
      new_voters(metrics.counter("pollux_new_voters_total",
                                 "Voters who got an identity, with a page or with their vote.")),
      without_cookie(
          metrics.counter("pollux_votes_without_cookie_total",
                          "Accepted votes whose voter was identified by the form, because the browser "
                          "did not keep the cookie.")),
      other_poll(rejected(metrics, "other_poll")),
      cross_origin(rejected(metrics, "cross_origin")),
      not_a_form(rejected(metrics, "not_a_form")),
      unknown_option(rejected(metrics, "unknown_option")),
      not_open(rejected(metrics, "not_open")),
      closed(rejected(metrics, "closed")),
      already_voted(rejected(metrics, "already_voted")),
      too_many_votes(rejected(metrics, "too_many_votes")),
      too_many_new_voters(rejected(metrics, "too_many_new_voters")),
      no_cookie(rejected(metrics, "no_cookie")),
      queue_full(rejected(metrics, "queue_full")),
      unavailable(rejected(metrics, "unavailable")) {}

Result<http::Fields> read_vote_form(const http::Request& request) {
  if (!http::is_form(request)) return invalid("A vote is a form with the field \"vote\".");
  Result<http::Fields> fields = http::parse_form(request);
  if (fields && (fields->count("voter") > 1 || fields->count("poll") > 1)) {
    return invalid("The form may have each of the fields \"voter\" and \"poll\" once.");
  }
  return fields;
}

http::Response page_of_voter(unsigned status, http::Body body, std::string_view language,
                             std::string set_cookie) {
  http::Response response = http::html(status, std::move(body));
  if (set_cookie.empty()) {
    response.set("Retry-After", "1");
  } else {
    response.set("Set-Cookie", std::move(set_cookie));
  }
  response.set("Cache-Control", "no-store");
  response.set("Content-Language", std::string(language));
  response.set("Vary", "Accept-Language, Cookie");
  return response;
}

VoteIntake::VoteIntake(const Options& options, telemetry::Metrics& metrics, telemetry::Log& log)
    : voter_keys_(options.voter_keys),
      tokens_(options.voter_keys, CookieOptions::at(options.addresses)),
      requires_cookie_(options.limits.require_cookie),
      vote_limit_(limit_of(options.limits.votes_per_second)),
      new_voter_limit_(limit_of(options.limits.new_voters_per_second)),
      trusted_origins_(options.addresses.vote_origins()),
      metrics_(metrics),
      log_(log),
      rejected_origins_(log, "--public-url"),
      tracer_(options.tracer) {}

bool VoteIntake::is_of_own_site(const http::Request& request) {
  if (http::is_same_origin(request, trusted_origins_)) return true;
  metrics_.cross_origin.add();
  rejected_origins_.add(request);
  return false;
}

http::Response VoteIntake::of_other_site() {
  return http::text(403, "This vote was sent by a page of another site, so it was not counted.");
}

Sender VoteIntake::visitor(const http::Request& request, std::optional<std::string_view> form_token) {
  if (auto known = tokens_.recognize(request)) return {.voter = *std::move(known), .by_cookie = true};
  if (auto carried = form_token ? tokens_.recognize(*form_token) : std::nullopt) {
    return {.voter = *std::move(carried)};
  }
  Voter voter = tokens_.create();
  if (new_voter_limit_.admit(request.remote_address, http::NetworkLimit::Clock::now()) > 0s) {
    voter.token.clear();
  } else {
    metrics_.new_voters.add();
  }
  return {.voter = std::move(voter)};
}

std::variant<Sender, CookieMissing, http::Response> VoteIntake::admit(
    const http::Request& request, std::optional<std::string_view> form_token, bool cookie_required) {
  const auto now = http::NetworkLimit::Clock::now();
  if (const auto wait = vote_limit_.admit(request.remote_address, now); wait > 0s) {
    return reject_for_network(request, wait, metrics_.too_many_votes, "vote-rate");
  }
  if (auto known = tokens_.recognize(request)) return Sender{.voter = *std::move(known), .by_cookie = true};
  if (requires_cookie_ || cookie_required) {
    metrics_.no_cookie.add();
    return CookieMissing{};
  }
  // The page came with a cookie, so a browser that keeps cookies would have sent it.
  if (auto carried = form_token ? tokens_.recognize(*form_token) : std::nullopt) {
    if (tokens_.cookie_is_secure()) {
      log_.repeated_warning("A browser did not keep the voter's cookie, which is for https alone.",
                            {{"remedy", "Open the page by https, or set --public-url to what people open."}});
    }
    return Sender{.voter = *std::move(carried), .without_cookie = true};
  }
  if (const auto wait = new_voter_limit_.admit(request.remote_address, now); wait > 0s) {
    return reject_for_network(request, wait, metrics_.too_many_new_voters, "new-voter-rate");
  }
  metrics_.new_voters.add();
  return Sender{.voter = tokens_.create(), .without_cookie = !tokens_.has_cookie(request)};
}

http::Response VoteIntake::reject_for_network(const http::Request& request, std::chrono::seconds wait,
                                              telemetry::Counter& counter, std::string_view setting) {
  counter.add();
  log_.repeated_warning("A vote was rejected because too many came from its network.",
                        {{"request_id", telemetry::if_not_empty(request.id)},
                         {"network", http::network_of(request.remote_address)},
                         {"setting", setting},
                         {"remedy",
                          "If it is a proxy, name it in --trusted-proxies. If many voters share the network, "
                          "raise the setting."}});
  http::Response response = http::text(
      429,
      "Too many votes came from your network just now, so yours was not counted. Please send it again in a "
      "moment.");
  response.set("Retry-After", std::to_string(wait.count()));
  return response;
}

http::Response VoteIntake::without_cookie() {
  return http::text(
      403,
      "Voting needs the cookie of the vote page, so your vote was not counted. Open the page, and vote.");
}

void VoteIntake::count_accepted(const Sender& sender) {
  metrics_.accepted.add();
  if (sender.without_cookie) metrics_.without_cookie.add();
}

void VoteIntake::count_rejected(poll::RejectionReason reason) {
  switch (reason) {
    case poll::RejectionReason::full:
      return metrics_.queue_full.add();
    case poll::RejectionReason::unavailable:
      return metrics_.unavailable.add();
    case poll::RejectionReason::not_open:
      return metrics_.not_open.add();
    case poll::RejectionReason::closed:
    case poll::RejectionReason::archived:
      return metrics_.closed.add();
    case poll::RejectionReason::other_run:
      return metrics_.other_poll.add();
    case poll::RejectionReason::already_voted:
      return metrics_.already_voted.add();
  }
}

http::Response VoteIntake::reject_for_now(const poll::VoteRejection& rejection,
                                          const RequestContext& request) {
  count_rejected(rejection.reason);
  const std::string trace_id = request.trace.sampled ? request.trace.trace_id_text() : "";
  log_.repeated_warning("A vote could not be accepted.", {{"request_id", telemetry::if_not_empty(request.id)},
                                                          {"trace_id", telemetry::if_not_empty(trace_id)},
                                                          {"reason", rejection.message}});
  http::Response response =
      http::text(503, "Your vote could not be taken just now. Please send it again in a moment.");
  response.set("Retry-After", "1");
  return response;
}

}  // namespace pollux::vote
