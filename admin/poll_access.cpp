#include "admin/poll_access.hpp"

#include <variant>

#include "admin/poll_json.hpp"

namespace pollux::admin {
namespace {

ShownPoll shown(const Call& call, const poll::ManagedPoll& poll) {
  const PageAddresses& pages = call.services.shared.pages;
  return {.poll = poll,
          .voters = voters_of(call, run_id(poll), poll.content.question),
          .vote_url = pages.vote_page(call.request.host, poll.code),
          .result_url = pages.result_page(call.request.host, poll.code)};
}

Problem no_such_poll() {
  return not_found("There is no such poll.");
}

}  // namespace

ApiResult<poll::ManagedPoll> find_poll(const Call& call, accounts::Scope scope) {
  const auto id = call.request.poll();
  if (!id) return id.error();
  auto found = call.services.stores.polls->find(*id);
  if (!found) return problem_of(found.error());
  if (auto checked = check_access(call, scope, *found); !checked) return checked.error();
  return *std::move(found);
}

ApiResult<void> check_access(const Call& call, accounts::Scope scope, const poll::ManagedPoll& poll) {
  std::optional<accounts::AccountId> maker;
  if (poll.maker) maker = accounts::AccountId::parse(poll.maker->text()).value();
  if (access(call.principal(), scope, maker, call.now) == accounts::Access::hidden) return no_such_poll();
  return check_access(call, scope);
}

poll::MakerId maker_of(const accounts::Principal& principal) {
  return poll::MakerId::parse(principal.account.text()).value();
}

std::uint64_t voters_of(const Call& call, const poll::PollId& run, const poll::Question& question) {
  const auto tally = call.services.stores.tallies->tally(run);
  if (!tally) {
    call.services.shared.log.repeated_warning("The tally of a poll can't be read.",
                                              {{"poll", run.text()}, {"reason", tally.error().message}});
    return 0;
  }
  return std::visit([](const auto& results) { return results.voters; }, question.results(tally->counts));
}

http::Response poll_response(unsigned status, const Call& call, const poll::ManagedPoll& poll) {
  http::Response response = http::json(status, json_of(shown(call, poll)));
  response.set("ETag", tag_of(poll.revision));
  return response;
}

std::string poll_item(const Call& call, const poll::ManagedPoll& poll) {
  return json_of(shown(call, poll));
}

void record_event(const Call& call, std::string_view action, const poll::ManagedPoll& poll,
                  std::string_view detail) {
  const auto recorded =
      call.services.stores.audit->append(event_of(call.principal(), action, poll.id, detail, call.now));
  if (recorded) return;
  Shared& shared = call.services.shared;
  shared.metrics.unrecorded.add();
  shared.log.error("A change of a poll is missing in the audit log.",
                   {{"action", action},
                    {"poll", poll.id.text()},
                    {"account", call.principal().account.text()},
                    {"reason", recorded.error().message}});
}

}  // namespace pollux::admin
