// Random sequences of calls to a PollStore, compared with what the rules of managed_poll.hpp make of them.
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "conformance/managed_polls.hpp"

namespace pollux::conformance {
namespace {

using poll::ManagedPoll;
using poll::PollAction;
using poll::PollErrorCode;
using poll::PollResult;

// A call, by small numbers, so that RapidCheck shortens a counterexample.
struct Step {
  int kind = 0;
  std::size_t poll = 0;
  int choice = 0;
  bool outdated = false;  // with the revision before the current one
};

void showValue(const Step& step, std::ostream& out) {
  out << "step " << step.kind << " of poll " << step.poll << ", choice " << step.choice
      << (step.outdated ? ", outdated" : "");
}

rc::Gen<Step> steps() {
  return rc::gen::build<Step>(
      rc::gen::set(&Step::kind, rc::gen::inRange(0, 5)),
      rc::gen::set(&Step::poll, rc::gen::inRange<std::size_t>(0, 2)),
      rc::gen::set(&Step::choice, rc::gen::inRange(0, 4)),
      rc::gen::set(&Step::outdated, rc::gen::weightedElement<bool>({{4, false}, {1, true}})));
}

class PollStoreHistory : public PollStoreTest {
 protected:
  // What the store must have; none for a removed poll.
  struct Expected {
    std::map<poll::PollId, std::optional<ManagedPoll>> polls;
    std::set<poll::PollId> voted_runs;
    std::int64_t seconds = 0;
  };

  static poll::PollContent content_of(int choice) {
    poll::PollContent made = content("Title " + std::to_string(choice));
    if (choice >= 2) made.question = which_colors();
    if (choice == 3) made.schedule.closes_at = noon + std::chrono::hours(1);
    return made;
  }

  // The poll after a call; an error of the rules, or of the store.
  using Rule = std::function<PollResult<ManagedPoll>(const ManagedPoll&)>;

  static void expect(Expected& expected, const poll::PollId& id, std::optional<std::uint64_t> revision,
                     const Rule& rule, const PollResult<ManagedPoll>& actual) {
    auto& poll = expected.polls.at(id);
    if (!poll) {
      RC_ASSERT(!actual && actual.error().code == PollErrorCode::not_found);
      return;
    }
    if (revision && *revision != poll->revision) {
      RC_ASSERT(!actual && actual.error().code == PollErrorCode::conflict);
      return;
    }
    const auto ruled = rule(*poll);
    RC_ASSERT(ruled.has_value() == actual.has_value());
    if (ruled) {
      RC_ASSERT(*ruled == *actual);
      poll = *ruled;
    } else {
      RC_ASSERT(ruled.error().code == actual.error().code);
    }
  }

  void take(const Step& step, const poll::PollId& id, Expected& expected) {
    const auto& known = expected.polls.at(id);
    const std::uint64_t current = known ? known->revision : 1;
    const std::uint64_t revision = step.outdated ? current - 1 : current;
    const poll::PollTime now = noon + std::chrono::seconds(++expected.seconds);
    if (step.kind <= 1) {
      const bool voted = known && expected.voted_runs.contains(run_id(*known));
      expect(
          expected, id, revision,
          [&](const ManagedPoll& poll) { return poll::edited(poll, content_of(step.choice), voted, now); },
          store().edit(id, revision, content_of(step.choice), now));
    } else if (step.kind == 2 || step.kind == 3) {
      const auto action = static_cast<PollAction>(step.choice);
      const auto checked = step.kind == 2 ? std::optional(revision) : std::nullopt;
      expect(
          expected, id, checked, [&](const ManagedPoll& poll) { return poll::changed(poll, action, now); },
          store().change(id, action, checked, now));
    } else if (step.choice == 0) {
      const auto removed = store().remove(id, revision, now);
      const bool possible = known && !step.outdated && check_removable(*known);
      RC_ASSERT(removed.has_value() == possible);
      if (removed) expected.polls.at(id).reset();
    } else if (known && known->state == poll::PollState::open) {
      record(run_id(*known), "voter " + std::to_string(step.choice), "a");
      expected.voted_runs.insert(run_id(*known));
    }
  }
};

TEST_P(PollStoreHistory, FollowsTheRules) {
  const bool holds = rc::check([this] {
    const auto history = *rc::gen::container<std::vector<Step>>(steps());
    Expected expected;
    std::vector<poll::PollId> ids;
    for (int n = 0; n < 2; ++n) {
      const ManagedPoll created = create();
      ids.push_back(created.id);
      expected.polls.emplace(created.id, created);
    }
    for (const Step& step : history) take(step, ids.at(step.poll), expected);
    for (const auto& [id, poll] : expected.polls) {
      const auto found = store().find(id);
      RC_ASSERT(found.has_value() == poll.has_value());
      if (!found) continue;
      RC_ASSERT(*found == *poll);
      const auto runs = store().runs(id).value();
      RC_ASSERT(runs.size() == poll->run);
      RC_ASSERT(runs.front().question == poll->content.question);
    }
  });
  EXPECT_TRUE(holds);
}

INSTANTIATE_TEST_SUITE_P(, PollStoreHistory, testing::ValuesIn(poll_stores()),
                         [](const auto& tested) { return tested.param.name; });

}  // namespace
}  // namespace pollux::conformance
