#include "vote/poll_state_json.hpp"

#include <cstdint>
#include <string_view>

#include "base/json_text.hpp"
#include "poll/poll_run.hpp"
#include "poll/results_visibility.hpp"

namespace pollux::vote {
namespace {

std::string_view outcome_of(VoteNotice notice) {
  switch (notice) {
    case VoteNotice::none:
      return "none";
    case VoteNotice::accepted:
      return "accepted";
    case VoteNotice::other_run:
      return "other_run";
    case VoteNotice::not_open:
      return "not_open";
    case VoteNotice::closed:
      return "closed";
    case VoteNotice::invalid:
      return "invalid";
    case VoteNotice::no_cookie:
      return "no_cookie";
    case VoteNotice::already_voted:
      break;
  }
  return "already_voted";
}

void add_text(std::string& out, std::string_view name, std::string_view text) {
  out.append(out.empty() ? "{\"" : ",\"").append(name).append("\":");
  append_json_string(out, text, text.size());
}

void add_number(std::string& out, std::string_view name, std::uint64_t number) {
  out.append(",\"").append(name).append("\":").append(std::to_string(number));
}

void add_state(std::string& out, const poll::ManagedPoll& poll) {
  add_text(out, "poll", poll::run_id(poll).text());
  add_number(out, "run", poll.run);
  add_text(out, "state", name_of(poll.state));
  add_number(out, "revision", poll.revision);
}

}  // namespace

std::string outcome_json(VoteNotice notice, const poll::ManagedPoll& poll) {
  std::string out;
  add_text(out, "outcome", outcome_of(notice));
  add_state(out, poll);
  return out + "}";
}

std::string state_json(const poll::ManagedPoll& poll) {
  std::string out;
  add_state(out, poll);
  add_text(out, "results", name_of(poll.content.policies.results));
  out.append(",\"results_visible\":").append(poll::shows_results(poll, true) ? "true" : "false");
  return out + "}";
}

}  // namespace pollux::vote
