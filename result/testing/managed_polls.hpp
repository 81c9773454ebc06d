// Polls that someone made, and their tallies, for tests.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "poll/managed_poll.hpp"
#include "poll/question_json.hpp"
#include "poll/tally.hpp"
#include "result/public_results.hpp"

namespace pollux::result {

inline constexpr poll::PollTime noon =
    std::chrono::sys_days(std::chrono::year(2026) / 11 / 27) + std::chrono::hours(12);

inline constexpr std::string_view tea_or_coffee =
    R"({"kind":"single","text":"Tea or coffee?","options":["Tea","Coffee"]})";
inline constexpr std::string_view which_days =
    R"({"kind":"multiple","text":"Which days?","options":["Monday","Tuesday","Friday"],"min":0,"max":3})";
inline constexpr std::string_view how_was_it =
    R"({"kind":"scale","text":"How was it?","size":5,"low":"Poor","high":"Great","skippable":true})";
inline constexpr std::string_view in_which_order =
    R"({"kind":"ranking","text":"In which order?","options":["Red","Green","Blue"],"min":1})";

// Open, with live results. The `number` makes ids and codes different.
inline poll::ManagedPoll open_poll(std::string_view question = tea_or_coffee, int number = 0) {
  const std::string codes[] = {"K7MXQ4", "K7MXQ6", "K7MXQ7", "K7MXQ9"};
  poll::ManagedPoll poll =
      poll::new_poll(poll::make_poll_id(noon + std::chrono::milliseconds(number)),
                     poll::PollCode::parse(codes[number]).value(),
                     {.title = "A poll", .question = poll::parse_question_json(question).value()}, noon);
  poll.state = poll::PollState::open;
  poll.opened_at = noon;
  return poll;
}

// The same after another change.
inline poll::ManagedPoll with_policy(poll::ManagedPoll poll, poll::ResultsPolicy policy) {
  poll.content.policies.results = policy;
  ++poll.revision;
  return poll;
}
inline poll::ManagedPoll with_state(poll::ManagedPoll poll, poll::PollState state) {
  poll.state = state;
  ++poll.revision;
  return poll;
}

// The tally of the poll's run after these votes; its version is their number.
inline poll::Tally tally_of(const poll::ManagedPoll& poll, const std::vector<std::string>& votes) {
  poll::TallyChange change;
  for (const std::string& vote : votes) change.replace(std::nullopt, poll::Selection::parse(vote).value());
  poll::Tally tally{.poll = poll::run_id(poll), .version = votes.size(), .counts = {}};
  change.apply_to(tally.counts).value();
  return tally;
}

inline ResultsNow results_now(const poll::ManagedPoll& poll, const std::vector<std::string>& votes) {
  return {.id = poll.id,
          .poll = std::make_shared<const poll::ManagedPoll>(poll),
          .tally = std::make_shared<const poll::Tally>(tally_of(poll, votes))};
}

}  // namespace pollux::result
