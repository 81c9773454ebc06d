// What the suites of PollStore have in common: contents of polls, and short ways to make them.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "conformance/subjects.hpp"
#include "poll/managed_poll.hpp"
#include "poll/poll_store.hpp"
#include "poll/question_json.hpp"

namespace pollux::conformance {

inline constexpr poll::PollTime noon =
    std::chrono::sys_days(std::chrono::year(2026) / 11 / 27) + std::chrono::hours(12);

inline poll::Question tea_or_coffee() {
  return poll::parse_question_json(R"({"kind":"single","text":"Tea or coffee?","options":["Tea","Coffee"]})")
      .value();
}
inline poll::Question which_colors() {
  return poll::parse_question_json(
             R"({"kind":"multiple","text":"Which colors?","options":["Red","Blue","Green"],"min":0,"max":2})")
      .value();
}
inline poll::PollContent content(const std::string& title = "Drinks") {
  return {.title = title, .question = tea_or_coffee()};
}

class PollStoreTest : public testing::TestWithParam<Adapter<PollStoreSubject>> {
 protected:
  poll::PollStore& store() { return *store_; }

  // Ids sort by time, and those of a test are made one millisecond apart.
  poll::PollId next_id() { return poll::make_poll_id(noon + std::chrono::milliseconds(++made_)); }
  poll::ManagedPoll create(const poll::PollContent& of = content()) {
    return store().create(next_id(), of, noon).value();
  }
  poll::ManagedPoll open(const poll::ManagedPoll& poll) {
    return store().change(poll.id, poll::PollAction::open, {}, noon).value();
  }
  poll::ManagedPoll closed(const poll::ManagedPoll& poll) {
    open(poll);
    return store().change(poll.id, poll::PollAction::close, {}, noon).value();
  }
  void record(const poll::PollId& run, const std::string& voter_id, const std::string& selected) {
    const poll::QueuedVote vote{{2, ++place_}, {run, voter(voter_id), selection(selected)}};
    ASSERT_TRUE(subject_->recorder().record({&vote, 1}));
  }

  const std::unique_ptr<PollStoreSubject> subject_ = GetParam().make();

 private:
  const std::unique_ptr<poll::PollStore> store_ = subject_->connect({});
  int made_ = 0;
  std::uint64_t place_ = 0;
};

}  // namespace pollux::conformance
