// What happens to polls by itself: as the audit log has it, and in which order.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>

#include "admin/managed_polls.hpp"
#include "admin_api/admin_api.hpp"
#include "base/testing/eventually.hpp"
#include "poll/lost_changes.hpp"
#include "poll/question_json.hpp"
#include "poll/vote_gate.hpp"
#include "store/sqlite_sql_database.hpp"
#include "store/testing/locked_database.hpp"

namespace pollux::admin {
namespace {

using namespace std::chrono_literals;

class ScheduledWork : public AdminApi {
 protected:
  ~ScheduledWork() override { scheduled_.stop(); }

  // The events of the poll, the newest first.
  std::vector<std::string> events(const poll::PollId& poll) {
    std::vector<std::string> found;
    const ApiAnswer answer = owner_.get("/audit?poll=" + poll.text());
    for (const auto& item : answer.at("items").as_array()) {
      const auto& event = item.as_object();
      found.push_back(std::string(event.at("actor").as_string()) + " " +
                      std::string(event.at("action").as_string()) + " " +
                      std::string(event.at("detail").as_string()));
    }
    return found;
  }

  ApiClient owner_ = make_owner();
  telemetry::Metrics own_metrics_;
  ManagedPolls scheduled_{store::open_sqlite_poll_store(*votes_, {}, 60s).value(),
                          queue_,
                          polls_,
                          {.period = 5ms,
                           .erase_period = 0ms,
                           .on_scheduled = schedule_log(
                               store::open_sqlite_account_stores(*votes_, {}, 60s).value().audit_log, log_)},
                          own_metrics_,
                          log_};
};

TEST_F(ScheduledWork, RecordsThatVotesWereDeletedAfterTheirTime) {
  const poll::PollTime then = std::chrono::sys_days(std::chrono::year(2020) / 1 / 1);
  const Stores stores = connect(60s);
  poll::PollContent content{
      .title = "Drinks",
      .question =
          poll::parse_question_json(R"({"kind":"single","text":"Tea?","options":["Yes","No"]})").value()};
  content.policies.keep_days = 1;
  const poll::PollId id = poll::make_poll_id(then);
  stores.polls->create(id, content, then).value();
  for (const auto action : {poll::PollAction::open, poll::PollAction::close, poll::PollAction::reset,
                            poll::PollAction::open, poll::PollAction::close}) {
    stores.polls->change(id, action, {}, then).value();
  }
  record(id.text(), "ann", "a");
  scheduled_.start();
  EXPECT_TRUE(eventually([&] { return events(id).size() == 2; }));
  EXPECT_THAT(events(id), testing::UnorderedElementsAre("pollux poll.votes_deleted run 1: Drinks",
                                                        "pollux poll.votes_deleted run 2: Drinks"));
  EXPECT_EQ(owner_.get("/polls/" + id.text() + "/votes.csv").status, 409U);
}

// Gates of a queue that fail while `failing` is set.
class FailingGates : public poll::VoteGates {
 public:
  explicit FailingGates(poll::VoteGates& gates) : gates_(gates) {}

  Result<std::vector<poll::VoteGate>> set_all(std::span<const poll::VoteGate> gates) override {
    if (!failing) return gates_.set_all(gates);
    ++failures;
    return unavailable("The gates are unavailable.");
  }
  Result<void> remove(const poll::PollId& poll) override { return gates_.remove(poll); }
  Result<std::vector<poll::PollId>> polls() override { return gates_.polls(); }

  std::atomic<bool> failing = false;
  std::atomic<int> failures = 0;

 private:
  poll::VoteGates& gates_;
};

// The order of a reconciliation and of the changes by the schedule.
class ReconciledSchedule : public AdminApi {
 protected:
  ~ReconciledSchedule() override { scheduled_.stop(); }

  poll::ManagedPoll make(const std::string& title, std::optional<poll::PollTime> opens_at) {
    poll::PollContent content{
        .title = title,
        .question =
            poll::parse_question_json(R"({"kind":"single","text":"Tea?","options":["Yes","No"]})").value()};
    content.schedule.opens_at = opens_at;
    return polls_store_
        ->create(poll::make_poll_id(then_ + std::chrono::milliseconds(++made_)), content, then_)
        .value();
  }
  poll::PollState state(const poll::ManagedPoll& poll) { return polls_store_->find(poll.id).value().state; }
  bool has_gate(const poll::ManagedPoll& poll) {
    const auto gated = queue_.polls().value();
    return std::ranges::find(gated, poll.id) != gated.end();
  }

  const poll::PollTime then_ = std::chrono::sys_days(std::chrono::year(2020) / 1 / 1);
  int made_ = 0;
  std::unique_ptr<poll::PollStore> polls_store_ = store::open_sqlite_poll_store(*votes_, {}, 60s).value();
  FailingGates gates_{queue_};
  telemetry::Metrics own_metrics_;
  ManagedPolls scheduled_{store::open_sqlite_poll_store(*votes_, {}, 1ms).value(),
                          gates_,
                          polls_,
                          {.period = 5ms, .reconcile_after = 1h},
                          own_metrics_,
                          log_};
};

// The draft may have been another question, which the database has lost.
TEST_F(ReconciledSchedule, OpensNothingBeforeItIsReconciled) {
  const poll::ManagedPoll due = make("Due", then_);
  gates_.failing = true;
  scheduled_.start();
  ASSERT_TRUE(eventually([&] { return gates_.failures >= 5; }));
  EXPECT_EQ(state(due), poll::PollState::draft);
  gates_.failing = false;
  EXPECT_TRUE(eventually([&] { return state(due) == poll::PollState::open; }));
}

// The server that is there again may have lost changes.
TEST_F(ReconciledSchedule, IsComparedAfterTheStoreHasFailed) {
  const poll::ManagedPoll other = make("Other", std::nullopt);
  const poll::ManagedPoll due = make("Due", then_);
  std::optional<store::LockedDatabase> lock(std::in_place, directory_.path() / "pollux.db");
  scheduled_.start();
  ASSERT_TRUE(has_gate(other));
  ASSERT_TRUE(queue_.remove(other.id));
  EXPECT_TRUE(eventually([&] { return has_gate(other); })) << "without waiting for the next one";
  lock.reset();
  EXPECT_TRUE(eventually([&] { return state(due) == poll::PollState::open; }));
}

TEST_F(ReconciledSchedule, IsReadyAlthoughAPollCannotBeAnnounced) {
  const poll::ManagedPoll unreadable = make("Unreadable", std::nullopt);
  const poll::ManagedPoll due = make("Due", then_);
  queue_.set({.poll = unreadable.id, .state = poll::PollState::closed, .revision = poll::max_revision})
      .value();
  scheduled_.start();
  EXPECT_TRUE(eventually([&] { return state(due) == poll::PollState::open; }));
  EXPECT_TRUE(scheduled_.state());
  EXPECT_THAT(log_text_.text(), testing::HasSubstr("A poll can't be announced."));
  EXPECT_THAT(own_metrics_.text(), testing::HasSubstr("pollux_managed_polls_failures_total 1"));
}

}  // namespace
}  // namespace pollux::admin
