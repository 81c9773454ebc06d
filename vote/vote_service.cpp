#include "vote/vote_service.hpp"

#include <optional>
#include <utility>

#include "http/origin.hpp"

namespace pollux::vote {
namespace {

http::Response page(unsigned status, std::string body, std::string_view language, std::string set_cookie) {
  http::Response response = http::html(status, std::move(body));
  response.set("Set-Cookie", std::move(set_cookie));
  // A page that shows one voter's choice is nobody else's.
  response.set("Cache-Control", "no-store");
  response.set("Content-Language", std::string(language));
  response.set("Vary", "Accept-Language, Cookie");
  return response;
}

// Straight to the results where their address is known, else to our redirect, which knows the visitor's host.
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

}  // namespace

VoteService::VoteService(const poll::Poll& poll, const PageContext& page, Options options,
                         telemetry::Metrics& metrics, telemetry::Log& log)
    : poll_(poll),
      pages_(poll, linked(page, options.links.addresses)),
      cookies_(options.cookie_key, CookieOptions::at(options.links.addresses)),
      choices_(poll, CookieOptions::at(options.links.addresses)),
      links_(std::move(options.links)),
      trusted_origins_(links_.addresses.vote_origins()),
      metrics_(metrics),
      log_(log),
      rejected_origins_(log, "--public-url") {}

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
  const std::optional<Voter> known = cookies_.recognise(request);
  // What a browser chose as a voter whom we do not know (of another database) is no choice of this poll's.
  const std::optional<poll::Selection> chosen = known ? choices_.recall(request) : std::nullopt;
  const Voter voter = known ? *known : cookies_.create();
  reply(page(200, chosen ? pages.voted(*chosen, voter.token) : pages.unvoted(voter.token), pages.language(),
             cookies_.set_cookie(voter)));
}

void VoteService::cast(const http::Request& request, const http::Reply& reply, poll::VoteQueue& queue) {
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
  const Sender sender = identify(request, *form);
  const std::string& token = sender.voter.token;
  const VotePages::Translation& pages = pages_.in(request.header("Accept-Language"));
  if (form->poll && *form->poll != poll_.id().text()) {
    metrics_.other_poll.add();
    return reply(page(409, pages.changed(token), pages.language(), cookies_.set_cookie(sender.voter)));
  }
  const Result<poll::Selection> selection = poll_.select(form->selection);
  if (!selection) {
    metrics_.unknown_option.add();
    return reply(http::text(400, selection.error().message));
  }
  // Prepared here, because the queue accepts on a thread that has more to do than to write answers.
  http::Response accepted = page(
      200,
      sender.without_cookie ? pages.voted_without_cookie(*selection, token) : pages.voted(*selection, token),
      pages.language(), cookies_.set_cookie(sender.voter));
  accepted.set("Set-Cookie", choices_.set_cookie(*selection));
  enqueue(queue, sender, *selection, std::move(accepted), reply);
}

VoteService::Sender VoteService::identify(const http::Request& request, const VoteForm& form) const {
  if (auto known = cookies_.recognise(request)) return {*std::move(known), false};
  // The page came with a cookie, so a browser that keeps cookies would have sent it.
  if (auto carried = form.voter ? cookies_.recognise(*form.voter) : std::nullopt) {
    if (cookies_.are_secure()) {
      log_.repeated_warning("A browser did not keep the voter's cookie, which is for https alone.",
                            {{"remedy", "Open the page by https, or set --public-url to what people open."}});
    }
    return {*std::move(carried), true};
  }
  return {cookies_.create(), !cookies_.has_cookie(request)};
}

void VoteService::enqueue(poll::VoteQueue& queue, const Sender& sender, const poll::Selection& selection,
                          http::Response accepted, const http::Reply& reply) {
  queue.enqueue({poll_.id(), sender.voter.id, selection},
                [this, reply, without_cookie = sender.without_cookie,
                 accepted = std::move(accepted)](const Result<poll::Version>& ack) mutable {
                  if (!ack) return reply(refuse(ack.error()));
                  metrics_.accepted.add();
                  if (without_cookie) metrics_.without_cookie.add();
                  reply(std::move(accepted));
                });
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

http::Response VoteService::refuse(const Error& error) {
  (error.code == ErrorCode::full ? metrics_.queue_full : metrics_.unavailable).add();
  log_.repeated_warning("A vote could not be accepted.", {{"reason", error.message}});
  http::Response response =
      http::text(503, "Your vote could not be taken just now. Please send it again in a moment.");
  response.set("Retry-After", "1");
  return response;
}

}  // namespace pollux::vote
