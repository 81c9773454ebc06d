#include "vote/vote_service.hpp"

#include <memory>
#include <optional>
#include <utility>
#include <variant>

#include "vote/vote_trace.hpp"

namespace pollux::vote {
namespace {

// Straight to the results if their address is set, else to our redirect, which knows the visitor's host.
PageContext linked(PageContext page, const config::PublicAddresses& addresses) {
  if (addresses.vote) page.public_url = addresses.vote->text();
  page.results_url = addresses.result ? addresses.result->text() : "results";
  return page;
}

}  // namespace

VoteService::VoteService(const poll::Poll& poll, const PageContext& page, Options options,
                         telemetry::Metrics& metrics, telemetry::Log& log)
    : poll_(poll),
      pages_(poll, linked(page, options.links.addresses)),
      intake_({options.voter_keys, options.links.addresses, std::move(options.tracer), options.limits},
              metrics, log),
      selections_(poll, CookieOptions::at(options.links.addresses)),
      links_(std::move(options.links)),
      log_(log) {}

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

void VoteService::show(const http::Request& request, const http::Reply& reply) {
  const VotePages::Translation& pages = pages_.in(request.header("Accept-Language"));
  const Sender visitor = intake_.visitor(request);
  const std::string_view token = visitor.form_token();
  // The selection of a voter whom we do not know (of another database) does not belong to this poll.
  const std::optional<poll::Selection> selection =
      visitor.by_cookie ? selections_.recall(request) : std::nullopt;
  reply(page_of_voter(200, selection ? pages.voted(*selection, token) : pages.unvoted(token),
                      pages.language(), intake_.tokens().set_cookie(visitor.voter)));
}

void VoteService::cast(const http::Request& request, const http::Reply& to_sender, poll::VoteQueue& queue) {
  const tracing::Span span = start_vote_span(intake_.tracer(), request);
  const http::Reply reply = with_span(to_sender, span);
  if (!intake_.is_of_own_site(request)) return reply(VoteIntake::of_other_site());
  Result<http::Fields> form = read_vote_form(request);
  if (form && form->count("vote") != 1) form = invalid("The form needs exactly one field \"vote\".");
  if (!form) {
    intake_.metrics().not_a_form.add();
    return reply(http::text(400, form.error().message));
  }
  auto admitted = intake_.admit(request, form->find("voter"));
  if (auto* const rejection = std::get_if<http::Response>(&admitted)) return reply(std::move(*rejection));
  if (std::holds_alternative<CookieMissing>(admitted)) return reply(VoteIntake::without_cookie());
  Sender& sender = std::get<Sender>(admitted);
  const VotePages::Translation& pages = pages_.in(request.header("Accept-Language"));
  if (const auto poll = form->find("poll"); poll && *poll != poll_.id().text()) {
    intake_.count_rejected(poll::RejectionReason::other_run);
    return reply(changed(sender, pages));
  }
  const Result<poll::Selection> selection = poll_.select(*form->find("vote"));
  if (!selection) {
    intake_.metrics().unknown_option.add();
    return reply(http::text(400, selection.error().message));
  }
  enqueue(queue, {std::move(sender), *selection, pages, {request.id, span.context()}}, reply);
}

// The page is built when the vote is accepted, so that a waiting vote holds none; on the connection's thread,
// because the callback may run on the worker's, which all votes wait for.
void VoteService::enqueue(poll::VoteQueue& queue, PendingVote pending, const http::Reply& reply) {
  const auto kept = std::make_shared<const PendingVote>(std::move(pending));
  auto done = [this, kept, reply](const poll::VoteResult& ack) {
    if (!ack) return reply(reject(ack.error(), *kept));
    intake_.count_accepted(kept->sender);
    reply.build([this, kept] { return accepted(*kept); });
  };
  queue.enqueue({poll_.id(), kept->sender.voter.id, kept->selection, kept->request.trace}, std::move(done));
}

http::Response VoteService::accepted(const PendingVote& pending) const {
  const auto& [sender, selection, pages, request] = pending;
  const std::string_view token = sender.form_token();
  http::Response response = page_of_voter(
      200,
      sender.without_cookie ? pages.voted_without_cookie(selection, token) : pages.voted(selection, token),
      pages.language(), intake_.tokens().set_cookie(sender.voter));
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

http::Response VoteService::changed(const Sender& sender, const VotePages::Translation& pages) const {
  return page_of_voter(409, pages.changed(sender.form_token()), pages.language(),
                       intake_.tokens().set_cookie(sender.voter));
}

// What the gate of the poll rejects would be rejected again, so there is no Retry-After.
http::Response VoteService::reject(const poll::VoteRejection& rejection, const PendingVote& pending) {
  switch (rejection.reason) {
    case poll::RejectionReason::full:
    case poll::RejectionReason::unavailable:
      return intake_.reject_for_now(rejection, pending.request);
    case poll::RejectionReason::not_open:
    case poll::RejectionReason::closed:
    case poll::RejectionReason::archived:
    case poll::RejectionReason::other_run:
    case poll::RejectionReason::already_voted:
      break;
  }
  intake_.count_rejected(rejection.reason);
  if (rejection.reason == poll::RejectionReason::other_run) return changed(pending.sender, pending.pages);
  const bool is_draft = rejection.reason == poll::RejectionReason::not_open;
  return http::text(409, is_draft ? "This poll is not open yet, so your vote was not counted."
                                  : "This poll is closed, so your vote was not counted.");
}

}  // namespace pollux::vote
