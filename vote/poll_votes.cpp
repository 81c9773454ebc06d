#include "vote/poll_votes.hpp"

#include <chrono>
#include <utility>
#include <variant>
#include <vector>

#include "http/form.hpp"
#include "http/negotiation.hpp"
#include "http/stored_image.hpp"
#include "poll/poll_code.hpp"
#include "poll/poll_run.hpp"
#include "poll/results_visibility.hpp"
#include "poll/vote_gate.hpp"
#include "vote/poll_state_json.hpp"
#include "vote/vote_trace.hpp"

namespace pollux::vote {
namespace {

constexpr std::string_view page_route = "/p/*";
constexpr const char* no_such_poll = R"({"outcome":"no_such_poll"})";

bool wants_json(const http::Request& request) {
  const std::string_view accepted = request.header("Accept");
  return accepted.find("application/json") != std::string_view::npos &&
         accepted.find("text/html") == std::string_view::npos;
}

VoteNotice notice_of(poll::RejectionReason reason) {
  switch (reason) {
    case poll::RejectionReason::other_run:
      return VoteNotice::other_run;
    case poll::RejectionReason::not_open:
      return VoteNotice::not_open;
    case poll::RejectionReason::already_voted:
      return VoteNotice::already_voted;
    case poll::RejectionReason::closed:
    case poll::RejectionReason::archived:
    case poll::RejectionReason::full:  // these two are answered by VoteIntake::reject_for_now()
    case poll::RejectionReason::unavailable:
      break;
  }
  return VoteNotice::closed;
}

unsigned status_of(VoteNotice notice) {
  switch (notice) {
    case VoteNotice::none:
    case VoteNotice::accepted:
      return 200;
    case VoteNotice::invalid:
      return 400;
    case VoteNotice::no_cookie:
      return 403;
    case VoteNotice::other_run:
    case VoteNotice::not_open:
    case VoteNotice::closed:
    case VoteNotice::already_voted:
      break;
  }
  return 409;
}

// Why a vote is not passed to the gate. `run`: of the form, if it names one. A page with a form has seen the
// poll open, so a poll that is still a draft here, or whose run is later than the one known here, is a matter
// of a moment.
std::optional<poll::VoteRejection> rejection_here(const poll::ManagedPoll& poll,
                                                  std::optional<std::string_view> run) {
  const bool is_draft = poll.state == poll::PollState::draft;
  if (!run) return is_draft ? poll::rejection_by(poll::GateState{}, 1) : std::nullopt;
  const auto id = poll::PollId::parse(*run);
  const auto number = id ? poll::run_of(*id, poll.id) : std::nullopt;
  if (!number || *number < poll.run) {
    return poll::VoteRejection(poll::RejectionReason::other_run, "The form is of an earlier question.");
  }
  if (*number > poll.run || is_draft) return poll::rejection_without_gate();
  return std::nullopt;
}

bool are_for_voters_alone(const poll::ManagedPoll& poll) {
  return poll::shows_results(poll, true) && !poll::shows_results(poll, false);
}

bool keeps_first_votes(const poll::ManagedPoll& poll) {
  return poll.content.policies.change == poll::ChangePolicy::never;
}

// The queue knows it too, unless it has lost its data (docs/adr/0051-votes-that-cannot-be-changed.md).
bool may_not_change(const poll::ManagedPoll& poll, const std::optional<poll::Selection>& remembered,
                    const poll::Selection& selection) {
  return keeps_first_votes(poll) && poll.state == poll::PollState::open && remembered &&
         *remembered != selection;
}

}  // namespace

PollVotes::PollVotes(const poll::PollDirectory& directory, const PollPageContext& page, PageLinks links,
                     VoteIntake& intake, std::string_view pass_secret)
    : directory_(directory),
      pages_(page),
      links_(std::move(links)),
      answers_(CookieOptions::at(links_.addresses), intake.voter_keys()),
      passes_(pass_secret.empty() ? poll::ResultsPass(intake.voter_keys().signing)
                                  : poll::ResultsPass(pass_secret)),
      intake_(intake) {}

void PollVotes::add_routes(http::Router& router, poll::VoteQueue& queue) {
  using enum http::Method;
  using http::Reply;
  using http::Request;
  using http::Segments;
  router
      .on_each(get, std::string(page_route),
               [this](const Request& request, const Reply& reply, const Segments& segments) {
                 show(request, reply, segments[0]);
               })
      .on_each(post, std::string(page_route),
               [this, &queue](const Request& request, const Reply& reply, const Segments& segments) {
                 cast(request, reply, segments[0], queue);
               })
      .on_each(get, "/p/*/state",
               [this](const Request& request, const Reply& reply, const Segments& segments) {
                 tell_state(request, reply, segments[0]);
               })
      .on_each(get, "/p/*/results",
               [this](const Request& request, const Reply& reply, const Segments& segments) {
                 lead_to_results(request, reply, segments[0]);
               })
      .on_each(get, "/p/*/logo/*",
               [this](const Request& request, const Reply& reply, const Segments& segments) {
                 show_logo(request, reply, segments);
               })
      .on(get, "/join", [this](const Request& request, const Reply& reply) { join(request, reply); });
}

PollVotes::Poll PollVotes::find(std::string_view typed) const {
  const auto code = poll::PollCode::parse(typed);
  return code ? directory_.find(*code) : nullptr;
}

PollVotes::Visitor PollVotes::visitor_of(const http::Request& request, const Poll& poll,
                                         Sender sender) const {
  Visitor visitor{.sender = std::move(sender),
                  .pages = &pages_.in(request.header("Accept-Language")),
                  .wants_json = wants_json(request)};
  // The selection of a voter whom we do not know (of another database) does not belong to this poll.
  if (visitor.sender.by_cookie) {
    visitor.remembered = answers_.recall(request, *poll, visitor.sender.voter.id);
  }
  return visitor;
}

void PollVotes::show(const http::Request& request, const http::Reply& reply, std::string_view typed) const {
  const Poll poll = find(typed);
  if (!poll) return reply(unknown(request, typed));
  if (typed != poll->code.text()) {
    http::Response response = http::text(302, "The poll is at " + poll->code.text() + "\n");
    return reply(std::move(response.set("Location", poll->code.text())));
  }
  Visitor visitor = visitor_of(request, poll, intake_.visitor(request));
  visitor.wants_json = false;
  reply(page(visitor, *poll, VoteNotice::none));
}

void PollVotes::cast(const http::Request& request, const http::Reply& to_sender, std::string_view typed,
                     poll::VoteQueue& queue) {
  const tracing::Span span = start_vote_span(intake_.tracer(), request, page_route);
  const http::Reply reply = with_span(to_sender, span);
  if (!intake_.is_of_own_site(request)) return reply(VoteIntake::of_other_site());
  const Result<http::Fields> form = read_vote_form(request);
  if (!form) {
    intake_.metrics().not_a_form.add();
    return reply(http::text(400, form.error().message));
  }
  const Poll poll = find(typed);
  if (!poll) {
    intake_.metrics().other_poll.add();
    return reply(unknown(request, typed));
  }
  const auto token = form->find("voter");
  auto admitted = intake_.admit(request, token, poll->content.policies.require_cookie);
  if (auto* const rejection = std::get_if<http::Response>(&admitted)) return reply(std::move(*rejection));
  if (std::holds_alternative<CookieMissing>(admitted)) {
    // With the cookie of the voter whom the form has, so that the next vote counts if the browser keeps it.
    return reply(
        page(visitor_of(request, poll, intake_.visitor(request, token)), *poll, VoteNotice::no_cookie));
  }
  const Visitor visitor = visitor_of(request, poll, std::get<Sender>(std::move(admitted)));
  const RequestContext context{request.id, span.context()};
  if (const auto rejection = rejection_here(*poll, form->find("poll"))) {
    return reject(visitor, poll, *rejection, context, reply);
  }
  const std::vector<std::string_view> values = form->all("vote");
  const Result<poll::Selection> selection = poll->content.question.parse(values);
  if (!selection) {
    intake_.metrics().unknown_option.add();
    return reply(page(visitor, *poll, VoteNotice::invalid, values));
  }
  if (may_not_change(*poll, visitor.remembered, *selection)) {
    return reject(visitor, poll, poll::rejection_of_another_answer(), context, reply);
  }
  enqueue(queue, {visitor, poll, *selection, context}, reply);
}

// As VoteService::enqueue(): pages are built on the connection's thread, when the outcome is known.
void PollVotes::enqueue(poll::VoteQueue& queue, PendingVote pending, const http::Reply& reply) {
  const auto kept = std::make_shared<const PendingVote>(std::move(pending));
  auto done = [this, kept, reply](const poll::VoteResult& ack) { settle(kept, ack, reply); };
  queue.enqueue({.poll = poll::run_id(*kept->poll),
                 .voter = kept->visitor.sender.voter.id,
                 .selection = kept->selection,
                 .trace = kept->request.trace,
                 .once = keeps_first_votes(*kept->poll)},
                std::move(done));
}

void PollVotes::settle(const std::shared_ptr<const PendingVote>& pending, const poll::VoteResult& ack,
                       const http::Reply& reply) {
  if (!ack) return reject(pending->visitor, pending->poll, ack.error(), pending->request, reply);
  intake_.count_accepted(pending->visitor.sender);
  reply.build([this, pending] { return accepted(*pending); });
}

void PollVotes::reject(const Visitor& visitor, const Poll& poll, const poll::VoteRejection& rejection,
                       const RequestContext& request, const http::Reply& reply) {
  using enum poll::RejectionReason;
  if (rejection.reason == full || rejection.reason == unavailable) {
    return reply(intake_.reject_for_now(rejection, request));
  }
  intake_.count_rejected(rejection.reason);
  // What is known of the poll may have become newer since.
  reply.build([this, visitor, poll, notice = notice_of(rejection.reason)] {
    const Poll newest = directory_.find(poll->id);
    return page(visitor, newest ? *newest : *poll, notice);
  });
}

http::Response PollVotes::accepted(const PendingVote& pending) const {
  Visitor visitor = pending.visitor;
  visitor.remembered = pending.selection;
  http::Response response = page(visitor, *pending.poll, VoteNotice::accepted);
  response.set("Set-Cookie", answers_.set_cookie(*pending.poll, visitor.sender.voter.id, pending.selection));
  return response;
}

http::Response PollVotes::page(const Visitor& visitor, const poll::ManagedPoll& poll, VoteNotice notice,
                               std::span<const std::string_view> entered) const {
  std::string set_cookie = intake_.tokens().set_cookie(visitor.sender.voter);
  if (visitor.wants_json) {
    http::Response response = http::json(status_of(notice), outcome_json(notice, poll));
    if (!set_cookie.empty()) response.set("Set-Cookie", std::move(set_cookie));
    response.set("Cache-Control", "no-store");
    return response;
  }
  const std::string results = results_url(poll);
  return page_of_voter(
      status_of(notice),
      visitor.pages->poll({.poll = poll,
                           .voter = visitor.sender.form_token(),
                           .selection = visitor.remembered,
                           .notice = notice,
                           .entered = entered,
                           .without_cookie = visitor.sender.without_cookie,
                           .now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()),
                           .results_url = results}),
      visitor.pages->language(), std::move(set_cookie));
}

void PollVotes::tell_state(const http::Request& request, const http::Reply& reply,
                           std::string_view typed) const {
  const Poll poll = find(typed);
  if (!poll) return reply(http::json(404, no_such_poll));
  std::string state = state_json(*poll);
  std::string tag = http::entity_tag_of(state);
  http::Response response =
      http::is_not_modified(request, tag) ? http::Response{.status = 304} : http::json(200, std::move(state));
  response.set("ETag", std::move(tag));
  response.set("Cache-Control", "no-cache");
  reply(std::move(response));
}

void PollVotes::show_logo(const http::Request& request, const http::Reply& reply,
                          const http::Segments& segments) const {
  const Poll poll = find(segments[0]);
  const poll::Logo* const logo = poll ? poll::shown_logo(*poll) : nullptr;
  if (logo == nullptr || logo->hash != segments[1] || !logo->image) return reply(http::no_such_image());
  reply(http::stored_image(request, media_type(logo->format.type), logo->hash, logo->image));
}

bool PollVotes::has_voted(const http::Request& request, const poll::ManagedPoll& poll) const {
  const std::optional<Voter> voter = intake_.tokens().recognize(request);
  return voter && answers_.recall(request, poll, voter->id);
}

// Through the redirect, which knows who has voted, unless that makes no difference.
std::string PollVotes::results_url(const poll::ManagedPoll& poll) const {
  if (links_.addresses.result && !are_for_voters_alone(poll))
    return links_.addresses.result->text() + "r/" + poll.code.text();
  return poll.code.text() + "/results";
}

void PollVotes::lead_to_results(const http::Request& request, const http::Reply& reply,
                                std::string_view typed) const {
  const Poll poll = find(typed);
  if (!poll) return reply(http::text(404, "No poll has this code.\n"));
  const std::string_view host = request.header("Host");
  if (host.empty() && !links_.addresses.result) return reply(unknown_host());
  std::string address = links_.result_page(host) + "r/" + poll->code.text();
  if (are_for_voters_alone(*poll) && has_voted(request, *poll)) {
    address += "?pass=" + passes_.of(poll::run_id(*poll));
  }
  http::Response response = lead_to(address);
  reply(std::move(response.set("Cache-Control", "no-store")));
}

void PollVotes::join(const http::Request& request, const http::Reply& reply) const {
  const Result<http::Fields> query = http::parse_query(request.query);
  const std::string_view typed = query ? query->find("code").value_or("") : "?";
  if (typed.empty()) return reply(join_page(request, 200, {}));
  const auto code = poll::PollCode::parse(typed);
  if (!code) return reply(join_page(request, 400, {.typed = typed, .error = JoinError::malformed}));
  if (!directory_.find(*code)) {
    return reply(join_page(request, 404, {.typed = typed, .error = JoinError::unknown}));
  }
  http::Response response = http::text(303, "The poll is at p/" + code->text() + "\n");
  reply(std::move(response.set("Location", "p/" + code->text())));
}

http::Response PollVotes::unknown(const http::Request& request, std::string_view typed) const {
  if (wants_json(request)) return http::json(404, no_such_poll);
  const bool is_code = poll::PollCode::parse(typed).has_value();
  return join_page(
      request, 404,
      {.root = "../", .typed = typed, .error = is_code ? JoinError::unknown : JoinError::malformed});
}

http::Response PollVotes::join_page(const http::Request& request, unsigned status,
                                    const JoinVisit& visit) const {
  const PollPages::Translation& pages = pages_.in(request.header("Accept-Language"));
  http::Response response = http::html(status, pages.join(visit));
  response.set("Cache-Control", "no-store");
  response.set("Content-Language", std::string(pages.language()));
  response.set("Vary", "Accept-Language");
  return response;
}

}  // namespace pollux::vote
