#include "result/public_results.hpp"

#include <cstdint>
#include <utility>
#include <variant>

#include "base/json_object.hpp"
#include "poll/question_json.hpp"
#include "poll/results_json.hpp"
#include "poll/results_visibility.hpp"

namespace pollux::result {
namespace {

bool may_know_voters(const poll::ManagedPoll& poll) {
  return are_shown(poll) || (poll.state != poll::PollState::draft &&
                             poll.content.policies.results != poll::ResultsPolicy::hidden);
}

std::optional<std::uint64_t> seconds(const std::optional<poll::PollTime>& time) {
  if (!time) return std::nullopt;
  return static_cast<std::uint64_t>(time->time_since_epoch().count());
}

}  // namespace

bool are_shown(const poll::ManagedPoll& poll, bool has_voted) {
  return poll::shows_results(poll, has_voted);
}

bool has_results_for_voters(const ResultsNow& now) {
  return now.poll && are_shown(*now.poll, true) && !are_shown(*now.poll);
}

bool is_complete(const ResultsNow& now) {
  return !now.poll || now.tally || !may_know_voters(*now.poll);
}

bool can_be_sent(const ResultsNow& now) {
  return is_complete(now) || !are_shown(*now.poll);
}

ShownResults shown_results(const ResultsNow& now, bool has_voted) {
  if (!now.poll || !now.tally || !may_know_voters(*now.poll)) return {};
  poll::QuestionResults results = now.poll->content.question.results(now.tally->counts);
  ShownResults shown;
  shown.voters = std::visit([](const auto& each) { return each.voters; }, results);
  if (!are_shown(*now.poll, has_voted)) return shown;
  shown.version = now.tally->version;
  shown.results = std::move(results);
  return shown;
}

std::string public_results_json(const ResultsNow& now, bool has_voted) {
  JsonObject object;
  object.text("poll", now.id.text());
  if (!now.poll) return object.text("state", "removed").take();
  const poll::ManagedPoll& poll = *now.poll;
  const poll::Question& question = poll.content.question;
  const bool is_draft = poll.state == poll::PollState::draft;
  const ShownResults shown = shown_results(now, has_voted);
  object.text("code", poll.code.text())
      .text("state", poll::name_of(poll.state))
      .number("run", std::uint64_t{poll.run})
      .number("revision", poll.revision)
      .json("question", is_draft ? "null" : poll::to_json(question))
      .text("policy", poll::name_of(poll.content.policies.results))
      .number("opens_at", seconds(poll.content.schedule.opens_at))
      .number("closes_at", seconds(poll.content.schedule.closes_at))
      .number("voters", shown.voters)
      .number("version", shown.version)
      .json("results", shown.results ? poll::results_json(question, *shown.results) : "null");
  if (has_own_colors(poll.content.theme)) object.json("theme", to_json(poll.content.theme));
  if (const poll::Logo* const logo = poll::shown_logo(poll)) object.json("logo", to_json(*logo));
  return object.take();
}

}  // namespace pollux::result
