// Random histories: whatever is delivered in whatever order, every VoteStore comes to what tabulating the
// accepted votes gives.
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "conformance/vote_store_subject.hpp"
#include "poll/random_history.hpp"

namespace pollux::conformance {
namespace {

class VoteStoreHistory : public testing::TestWithParam<Adapter<VoteStoreSubject>> {};

void record_with_restarts(VoteStoreSubject& subject, const poll::RandomHistory& history) {
  for (const auto& batch : history.batches) {
    const auto changed = subject.store().record(batch).value();
    for (const poll::Tally& tally : changed) RC_ASSERT(tally == subject.store().tally(tally.poll).value());
    if (*rc::gen::inRange(0, 20) == 0) subject.reopen();
  }
}

TEST_P(VoteStoreHistory, ComesToWhatTabulatingGives) {
  const bool holds = rc::check([] {
    const poll::RandomHistory history = *poll::random_histories();
    const auto subject = GetParam().make();
    record_with_restarts(*subject, history);
    for (const poll::PollId& id : poll::history_polls()) {
      const poll::SelectionCounts expected = poll::tabulate(id, history.accepted);
      RC_ASSERT(subject->store().tally(id).value().counts == expected);
      RC_ASSERT(subject->store().recount(id).value() == expected);
    }
    const poll::Version latest = history.accepted.empty() ? poll::Version{} : history.accepted.back().version;
    RC_ASSERT(subject->store().latest_version().value() == latest);
  });
  EXPECT_TRUE(holds);
}

INSTANTIATE_TEST_SUITE_P(, VoteStoreHistory, testing::ValuesIn(vote_stores()),
                         [](const auto& tested) { return tested.param.name; });

}  // namespace
}  // namespace pollux::conformance
