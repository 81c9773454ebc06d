#include "vote/vote_service.hpp"

#include <optional>
#include <utility>

#include "http/cookies.hpp"
#include "http/form.hpp"
#include "http/origin.hpp"

namespace pollux::vote {
namespace {

constexpr std::string_view field_name = "vote";

http::Response page(http::Body body, std::string_view language, std::string set_cookie) {
  http::Response response = http::html(200, std::move(body));
  response.set("Set-Cookie", std::move(set_cookie));
  // A page that shows one voter's choice is nobody else's.
  response.set("Cache-Control", "no-store");
  response.set("Content-Language", std::string(language));
  response.set("Vary", "Accept-Language, Cookie");
  return response;
}

http::Response lead_to(const std::string& address) {
  http::Response response = http::text(302, "The results are at " + address);
  response.set("Location", address);
  return response;
}

}  // namespace

VoteService::VoteService(const Poll& poll, const PageContext& page, Options options, VoteQueue& queue,
                         Metrics& metrics, Log& log)
    : poll_(poll),
      pages_(poll, page),
      cookies_(options.cookie_key, options.cookie),
      choices_(poll, options.cookie),
      reached_by_tls_(options.cookie.secure),
      allowed_origins_(std::move(options.allowed_origins)),
      results_(std::move(options.results)),
      queue_(queue),
      metrics_(metrics),
      log_(log) {}

void VoteService::add_routes(http::Router& router) {
  router.on(http::Method::get, "/", [this](const auto& request, const auto& reply) { show(request, reply); });
  router.on(http::Method::post, "/",
            [this](const auto& request, const auto& reply) { cast(request, reply); });
  router.on(http::Method::get, "/results",
            [this](const auto& request, const auto& reply) { lead_to_results(request, reply); });
  router.on(http::Method::get, "/present",
            [this](const auto& request, const auto& reply) { lead_to_presentation(request, reply); });
}

void VoteService::show(const http::Request& request, const http::Reply& reply) const {
  const VotePages::Translation& pages = pages_.in(request.header("Accept-Language"));
  const std::optional<Voter> known = cookies_.recognise(request);
  // What a browser chose as a voter whom we do not know (of another database) is no choice of this poll's.
  const std::optional<Selection> chosen = known ? choices_.recall(request) : std::nullopt;
  reply(page(chosen ? pages.voted(*chosen) : pages.unvoted(), pages.language(),
             cookies_.set_cookie(known ? *known : cookies_.create())));
}

void VoteService::cast(const http::Request& request, const http::Reply& reply) {
  if (!http::is_same_origin(request, allowed_origins_)) {
    metrics_.cross_origin.add();
    return reply(http::text(403, "This vote was sent by a page of another site, so it was not counted."));
  }
  const Result<Selection> selection = read_selection(request);
  if (!selection) return reply(http::text(400, selection.error().message));

  std::optional<Voter> voter = cookies_.recognise(request);
  const bool cookieless = !voter && !http::find_cookie(request, VoterCookies::cookie_name);
  if (!voter) voter = cookies_.create();
  // Prepared here, because the queue's word comes on a thread that has more to do than to write answers.
  const VotePages::Translation& pages = pages_.in(request.header("Accept-Language"));
  http::Response accepted =
      page(cookieless ? pages.voted_without_cookie(*selection) : pages.voted(*selection), pages.language(),
           cookies_.set_cookie(*voter));
  accepted.set("Set-Cookie", choices_.set_cookie(*selection));
  queue_.enqueue({poll_.id(), std::move(voter->id), *selection},
                 [this, reply, accepted = std::move(accepted)](const Result<Version>& acceptance) mutable {
                   if (!acceptance) return reply(refuse(acceptance.error()));
                   metrics_.accepted.add();
                   reply(std::move(accepted));
                 });
}

void VoteService::lead_to_results(const http::Request& request, const http::Reply& reply) const {
  reply(lead_to(results_.address(request.header("Host"))));
}

void VoteService::lead_to_presentation(const http::Request& request, const http::Reply& reply) const {
  const std::string_view host = request.header("Host");
  const std::string vote_url = (reached_by_tls_ ? "https://" : "http://") + std::string(host) + "/";
  reply(lead_to(results_.presenter_address(host, vote_url)));
}

Result<Selection> VoteService::read_selection(const http::Request& request) {
  const auto not_a_form = [this](std::string sentence) {
    metrics_.not_a_form.add();
    return invalid(std::move(sentence));
  };
  if (!http::is_form(request)) return not_a_form("A vote is a form with the field \"vote\".");
  const Result<http::Fields> fields = http::parse_form(request);
  if (!fields) return not_a_form(fields.error().message);
  if (fields->count(field_name) != 1) return not_a_form("The form needs exactly one field \"vote\".");

  Result<Selection> selection = poll_.select(*fields->find(field_name));
  if (!selection) metrics_.unknown_option.add();
  return selection;
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
