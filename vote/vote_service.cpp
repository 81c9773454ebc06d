#include "vote/vote_service.hpp"

#include <optional>
#include <utility>

#include "http/form.hpp"
#include "http/origin.hpp"
#include "vote/vote_trace.hpp"

namespace pollux::vote {
namespace {

http::Response page(unsigned status, std::string body, std::string_view language, std::string set_cookie) {
  http::Response response = http::html(status, std::move(body));
  response.set("Set-Cookie", std::move(set_cookie));
  // The page shows one voter's selection.
  response.set("Cache-Control", "no-store");
  response.set("Content-Language", std::string(language));
  response.set("Vary", "Accept-Language, Cookie");
  return response;
}

// Straight to the results if their address is set, else to our redirect, which knows the visitor's host.
PageContext linked(PageContext page, const config::PublicAddresses& addresses) {
  if (addresses.vote) page.public_url = addresses.vote->text();
  page.results_url = addresses.result ? addresses.result->text() : "results";
  return page;
}

http::Response lead_to(const std::string& address) {
  http::Response response = http::text(302, "The results are at " + address);
  response.set("Location", address);
  return response;
}

// HTTP/1.0 needs no Host field.
http::Response unknown_host() {
  return http::text(400, "Please send a Host field: the address of the results depends on it.\n");
}

struct VoteForm {
  std::string selection;             // the field `vote`
  std::optional<std::string> voter;  // the token that the page was made with; programs leave it out
  std::optional<std::string> poll;   // the id of the poll that the page showed; programs leave it out
};

std::optional<std::string> text_of(const http::Fields& fields, std::string_view name) {
  const auto found = fields.find(name);
  return found ? std::optional<std::string>(*found) : std::nullopt;
}

// The texts of errors in this file are for programs. What people read is in libs/web/shared/catalogue.json:
// `error` has the error pages, by status, which replace these texts for browsers (web/error_pages.hpp);
// `vote_page` the page that the service renders (vote/vote_pages.hpp); `vote` what its script shows, which
// receives only the status (vote/send.ts there).

// An error is the message of a 400.
Result<VoteForm> read_vote_form(const http::Request& request) {
  if (!http::is_form(request)) return invalid("A vote is a form with the field \"vote\".");
  const Result<http::Fields> fields = http::parse_form(request);
  if (!fields) return fields.error();
  if (fields->count("vote") != 1) return invalid("The form needs exactly one field \"vote\".");
  if (fields->count("voter") > 1 || fields->count("poll") > 1) {
    return invalid("The form may have each of the fields \"voter\" and \"poll\" once.");
  }
  return VoteForm{std::string(*fields->find("vote")), text_of(*fields, "voter"), text_of(*fields, "poll")};
}

// Who is to blame for a reason is decided in deploy/monitoring: rules.py has a list for each, which the error
// budget (slos.py) and the alerts (alerts.py) use, and dashboards/vote_night.py explains each reason. A
// reason that is missing there fails tests/monitoring/rules/consistency_test.py.
telemetry::Counter rejected(telemetry::Metrics& metrics, const std::string& reason) {
  return metrics.counter("pollux_votes_rejected_total", "Votes that were rejected, by reason.",
                         {{"reason", reason}});
}

}  // namespace

VoteMetrics::VoteMetrics(telemetry::Metrics& metrics)
    : accepted(metrics.counter("pollux_votes_accepted_total", "Votes that were answered with 200.")),
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
      queue_full(rejected(metrics, "queue_full")),
      unavailable(rejected(metrics, "unavailable")) {}

VoteService::VoteService(const poll::Poll& poll, const PageContext& page, Options options,
                         telemetry::Metrics& metrics, telemetry::Log& log)
    : poll_(poll),
      pages_(poll, linked(page, options.links.addresses)),
      tokens_(options.voter_key, CookieOptions::at(options.links.addresses)),
      selections_(poll, CookieOptions::at(options.links.addresses)),
      links_(std::move(options.links)),
      trusted_origins_(links_.addresses.vote_origins()),
      metrics_(metrics),
      log_(log),
      rejected_origins_(log, "--public-url"),
      tracer_(std::move(options.tracer)) {}

void VoteService::add_routes(http::Router& router, poll::VoteQueue& queue) {
  if (links_.addresses.vote) router.under(std::string(links_.addresses.vote->path()));
  router.on(http::Method::get, "/", [this](const auto& request, const auto& reply) { show(request, reply); });
  router.on(http::Method::post, "/",
            [this, &queue](const auto& request, const auto& reply) { cast(request, reply, queue); });
  router.on(http::Method::get, "/results",
            [this](const auto& request, const auto& reply) { lead_to_results(request, reply); });
  router.on(http::Method::get, "/present",
            [this](const auto& request, const auto& reply) { lead_to_presentation(request, reply); });
}

void VoteService::show(const http::Request& request, const http::Reply& reply) const {
  const VotePages::Translation& pages = pages_.in(request.header("Accept-Language"));
  const std::optional<Voter> known = tokens_.recognize(request);
  // The selection of a voter whom we do not know (of another database) does not belong to this poll.
  const std::optional<poll::Selection> selection = known ? selections_.recall(request) : std::nullopt;
  const Voter voter = known ? *known : tokens_.create();
  reply(page(200, selection ? pages.voted(*selection, voter.token) : pages.unvoted(voter.token),
             pages.language(), tokens_.set_cookie(voter)));
}

void VoteService::cast(const http::Request& request, const http::Reply& to_sender, poll::VoteQueue& queue) {
  const tracing::Span span = start_vote_span(tracer_, request);
  const http::Reply reply = with_span(to_sender, span);
  if (!http::is_same_origin(request, trusted_origins_)) {
    metrics_.cross_origin.add();
    rejected_origins_.add(request);
    return reply(http::text(403, "This vote was sent by a page of another site, so it was not counted."));
  }
  const Result<VoteForm> form = read_vote_form(request);
  if (!form) {
    metrics_.not_a_form.add();
    return reply(http::text(400, form.error().message));
  }
  const Sender sender = identify(request, form->voter);
  const std::string& token = sender.voter.token;
  const VotePages::Translation& pages = pages_.in(request.header("Accept-Language"));
  if (form->poll && *form->poll != poll_.id().text()) {
    metrics_.other_poll.add();
    return reply(page(409, pages.changed(token), pages.language(), tokens_.set_cookie(sender.voter)));
  }
  const Result<poll::Selection> selection = poll_.select(form->selection);
  if (!selection) {
    metrics_.unknown_option.add();
    return reply(http::text(400, selection.error().message));
  }
  enqueue(queue, sender, *selection, pages, {request.id, span.context()}, reply);
}

VoteService::Sender VoteService::identify(const http::Request& request,
                                          const std::optional<std::string>& form_token) const {
  if (auto known = tokens_.recognize(request)) return {*std::move(known), false};
  // The page came with a cookie, so a browser that keeps cookies would have sent it.
  if (auto carried = form_token ? tokens_.recognize(*form_token) : std::nullopt) {
    if (tokens_.cookie_is_secure()) {
      log_.repeated_warning("A browser did not keep the voter's cookie, which is for https alone.",
                            {{"remedy", "Open the page by https, or set --public-url to what people open."}});
    }
    return {*std::move(carried), true};
  }
  return {tokens_.create(), !tokens_.has_cookie(request)};
}

// The page is built when the vote is accepted, so that a waiting vote holds none; on the connection's thread,
// because the callback may run on the worker's, which all votes wait for.
void VoteService::enqueue(poll::VoteQueue& queue, const Sender& sender, const poll::Selection& selection,
                          const VotePages::Translation& pages, const RequestContext& request,
                          const http::Reply& reply) {
  auto done = [this, sender, selection, &pages, request, reply](const poll::VoteResult& ack) {
    if (!ack) return reply(reject(ack.error(), sender, pages, request));
    metrics_.accepted.add();
    if (sender.without_cookie) metrics_.without_cookie.add();
    reply.build([this, sender, selection, &pages] { return accepted(sender, selection, pages); });
  };
  queue.enqueue({poll_.id(), sender.voter.id, selection, request.trace}, std::move(done));
}

http::Response VoteService::accepted(const Sender& sender, const poll::Selection& selection,
                                     const VotePages::Translation& pages) const {
  const std::string& token = sender.voter.token;
  http::Response response = page(
      200,
      sender.without_cookie ? pages.voted_without_cookie(selection, token) : pages.voted(selection, token),
      pages.language(), tokens_.set_cookie(sender.voter));
  response.set("Set-Cookie", selections_.set_cookie(selection));
  return response;
}

void VoteService::lead_to_results(const http::Request& request, const http::Reply& reply) const {
  const std::string_view host = request.header("Host");
  if (host.empty() && !links_.addresses.result) return reply(unknown_host());
  reply(lead_to(links_.result_page(host)));
}

void VoteService::lead_to_presentation(const http::Request& request, const http::Reply& reply) const {
  const std::string_view host = request.header("Host");
  if (host.empty() && !(links_.addresses.result && links_.addresses.vote)) return reply(unknown_host());
  if (links_.is_vote_page_on_loopback(host)) {
    log_.repeated_warning("Phones cannot reach the vote page at the address that the projector shows.",
                          {{"address", links_.vote_page(host)},
                           {"remedy",
                            "Open /present under this machine's name or address in the network, or "
                            "set --public-url."}});
  }
  reply(lead_to(links_.presenter_page(host)));
}

// What the gate of the poll rejects would be rejected again, so there is no Retry-After.
http::Response VoteService::reject(const poll::VoteRejection& rejection, const Sender& sender,
                                   const VotePages::Translation& pages, const RequestContext& request) {
  switch (rejection.reason) {
    case poll::RejectionReason::other_run:
      metrics_.other_poll.add();
      return page(409, pages.changed(sender.voter.token), pages.language(), tokens_.set_cookie(sender.voter));
    case poll::RejectionReason::not_open:
      metrics_.not_open.add();
      return http::text(409, "This poll is not open yet, so your vote was not counted.");
    case poll::RejectionReason::closed:
    case poll::RejectionReason::archived:
      metrics_.closed.add();
      return http::text(409, "This poll is closed, so your vote was not counted.");
    case poll::RejectionReason::full:
    case poll::RejectionReason::unavailable:
      break;
  }
  return reject_for_now(rejection, request);
}

http::Response VoteService::reject_for_now(const poll::VoteRejection& rejection,
                                           const RequestContext& request) {
  const bool is_full = rejection.reason == poll::RejectionReason::full;
  (is_full ? metrics_.queue_full : metrics_.unavailable).add();
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
