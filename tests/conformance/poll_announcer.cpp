// Whether PollAnnouncer makes gates and directory agree with a store, here within one process.
#include "poll/poll_announcer.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/testing/temporary_directory.hpp"
#include "conformance/managed_polls.hpp"
#include "directory/in_process_poll_directory.hpp"
#include "poll/lost_changes.hpp"
#include "poll/poll_run.hpp"
#include "poll/testing/images.hpp"
#include "queue/in_process_vote_queue.hpp"
#include "store/sqlite_connection.hpp"
#include "store/sqlite_sql_database.hpp"
#include "store/sqlite_vote_store.hpp"

namespace pollux::conformance {
namespace {

using poll::ManagedPoll;
using poll::PollAction;
using testing::ElementsAre;
using namespace std::chrono_literals;

// Gates of a queue, which fail while `failing` is set, and write down how they are set.
class NotedGates : public poll::VoteGates {
 public:
  NotedGates(poll::VoteGates& gates, std::vector<std::string>& notes) : gates_(gates), notes_(notes) {}

  Result<std::vector<poll::VoteGate>> set_all(std::span<const poll::VoteGate> gates) override {
    if (failing) return unavailable("The gates are unavailable.");
    for (const poll::VoteGate& gate : gates) notes_.push_back("gate " + std::string(name_of(gate.state)));
    return gates_.set_all(gates);
  }
  Result<void> remove(const poll::PollId& poll) override {
    if (failing) return unavailable("The gates are unavailable.");
    return gates_.remove(poll);
  }
  Result<std::vector<poll::PollId>> polls() override { return gates_.polls(); }

  bool failing = false;

 private:
  poll::VoteGates& gates_;
  std::vector<std::string>& notes_;
};

// Lets somebody else act after the store was read, and before it is changed.
class InterruptedDirectory : public directory::InProcessPollDirectory {
 public:
  Result<std::optional<ManagedPoll>> published(const poll::PollId& id) override {
    if (const auto meanwhile = std::exchange(meanwhile_, {})) meanwhile();
    return InProcessPollDirectory::published(id);
  }
  void interrupt(std::function<void()> meanwhile) { meanwhile_ = std::move(meanwhile); }

 private:
  std::function<void()> meanwhile_;
};

class PollAnnouncerTest : public testing::Test {
 protected:
  PollAnnouncerTest() = default;

  ManagedPoll create() {
    ++made_;
    return store_->create(poll::make_poll_id(noon + std::chrono::milliseconds(made_)), content(), noon)
        .value();
  }
  ManagedPoll change(const ManagedPoll& poll, PollAction action) {
    return store_->change(poll.id, action, {}, noon).value();
  }
  ManagedPoll open() { return change(create(), PollAction::open); }

  // Whether the announcer compared everything.
  bool reconcile(std::chrono::seconds after = 0s) {
    return announcer_.reconcile(*store_, now_ + after).value();
  }

  std::optional<poll::RejectionReason> rejected(const ManagedPoll& poll) {
    std::optional<poll::RejectionReason> reason;
    queue_.enqueue({run_id(poll), voter("ann"), selection("a")}, [&](const poll::VoteResult& outcome) {
      reason = outcome ? std::nullopt : std::optional(outcome.error().reason);
    });
    // An accepted vote has its outcome when it is recorded.
    const auto batch = queue_.receive(10, 0ms).value();
    EXPECT_TRUE(queue_.acknowledge(batch));
    return reason;
  }
  bool shows(const ManagedPoll& poll) {
    const auto shown = directory_.find(poll.id);
    return shown && *shown == poll;
  }

  TemporaryDirectory folder_;
  std::unique_ptr<store::SqliteVoteStore> votes_ =
      store::SqliteVoteStore::open(folder_.path() / "pollux.db", {}).value();
  std::unique_ptr<poll::PollStore> store_ = store::open_sqlite_poll_store(*votes_).value();
  queue::InProcessVoteQueue queue_{{}, {}};
  InterruptedDirectory directory_;
  std::vector<std::string> notes_;
  NotedGates gates_{queue_, notes_};
  int recovered_ = 0;
  std::vector<poll::PollId> skipped_;
  const poll::PollAnnouncer::Options options_{
      .reconcile_after = 30s,
      .on_recovered = [this](const ManagedPoll&) { ++recovered_; },
      .on_skipped = [this](const poll::PollId& id, const poll::PollError&) { skipped_.push_back(id); }};
  poll::PollAnnouncer announcer_{gates_, directory_, options_};
  const poll::PollAnnouncer::Clock::time_point now_ = poll::PollAnnouncer::Clock::now();
  int made_ = 0;
};

TEST_F(PollAnnouncerTest, ReadsOnlyImagesThatAreMissing) {
  poll::PollContent with_logo = content();
  with_logo.theme.logo = poll::make_logo(poll::png(320, 96), "School").value();
  const ManagedPoll made = store_->edit(create().id, 1, with_logo, noon).value();
  EXPECT_TRUE(reconcile());
  ASSERT_TRUE(shows(made));
  EXPECT_EQ(*directory_.find(made.id)->content.theme.logo->image, poll::png(320, 96));
  auto connection = store::SqliteConnection::open(folder_.path() / "pollux.db").value();
  ASSERT_TRUE(connection.execute("UPDATE managed_polls SET logo = '?'"));
  EXPECT_TRUE(reconcile(30s));
  EXPECT_TRUE(shows(made)) << "who read the image now would find a damaged poll";
  EXPECT_EQ(*directory_.find(made.id)->content.theme.logo->image, poll::png(320, 96));
}

TEST_F(PollAnnouncerTest, AnnouncesAChangeToTheGateFirst) {
  const ManagedPoll poll = open();
  const auto follower = directory_.follow(poll.id, [this](const auto& shown) {
    notes_.push_back("shown " + std::string(name_of(shown->state)));
  });
  ASSERT_TRUE(announcer_.announce(*store_, poll));
  EXPECT_EQ(rejected(poll), std::nullopt);
  const ManagedPoll closed = change(poll, PollAction::close);
  ASSERT_TRUE(announcer_.announce(*store_, closed));
  EXPECT_EQ(rejected(poll), poll::RejectionReason::closed);
  EXPECT_TRUE(shows(closed));
  EXPECT_THAT(notes_, ElementsAre("gate open", "shown open", "gate closed", "shown closed"));
}

TEST_F(PollAnnouncerTest, ShowsNoChangeThatTheGateDoesNotHave) {
  const ManagedPoll poll = open();
  ASSERT_TRUE(announcer_.announce(*store_, poll));
  gates_.failing = true;
  EXPECT_FALSE(announcer_.announce(*store_, change(poll, PollAction::close)));
  EXPECT_TRUE(shows(poll));
}

TEST_F(PollAnnouncerTest, AnnouncesWhatTheStoreHasAtTheFirstReconciliation) {
  const ManagedPoll draft = create();
  const ManagedPoll opened = open();
  const ManagedPoll archived = change(change(open(), PollAction::close), PollAction::archive);
  EXPECT_TRUE(reconcile());
  for (const ManagedPoll& poll : {draft, opened, archived}) EXPECT_TRUE(shows(poll));
  EXPECT_EQ(rejected(draft), poll::RejectionReason::not_open);
  EXPECT_EQ(rejected(opened), std::nullopt);
  EXPECT_EQ(rejected(archived), poll::RejectionReason::archived);
  EXPECT_FALSE(reconcile()) << "nothing has changed";
}

TEST_F(PollAnnouncerTest, AnnouncesMorePollsThanFitOnAPage) {
  std::vector<ManagedPoll> polls;
  for (std::size_t n = 0; n < poll::PollQuery::max_limit + 1; ++n) polls.push_back(create());
  EXPECT_TRUE(reconcile());
  for (const ManagedPoll& poll : polls) EXPECT_TRUE(shows(poll));
}

TEST_F(PollAnnouncerTest, RepeatsWhatFailed) {
  const ManagedPoll poll = open();
  EXPECT_TRUE(reconcile());
  const ManagedPoll closed = change(poll, PollAction::close);
  gates_.failing = true;
  EXPECT_FALSE(announcer_.announce(*store_, closed));
  EXPECT_FALSE(announcer_.reconcile(*store_, now_)) << "an error, too";
  gates_.failing = false;
  EXPECT_TRUE(reconcile());
  EXPECT_EQ(rejected(poll), poll::RejectionReason::closed);
  EXPECT_TRUE(shows(closed));
  EXPECT_FALSE(reconcile());
}

// Another process has closed the poll, and ended before it announced that.
TEST_F(PollAnnouncerTest, FindsAfterAWhileWhatWasNeverAnnounced) {
  const ManagedPoll poll = open();
  EXPECT_TRUE(reconcile());
  const ManagedPoll closed = change(poll, PollAction::close);
  EXPECT_FALSE(reconcile(29s));
  EXPECT_EQ(rejected(poll), std::nullopt);
  EXPECT_TRUE(reconcile(30s));
  EXPECT_EQ(rejected(poll), poll::RejectionReason::closed);
  EXPECT_TRUE(shows(closed));
}

TEST_F(PollAnnouncerTest, WithdrawsWhatWasRemoved) {
  const ManagedPoll announced = create();
  const ManagedPoll forgotten = create();
  EXPECT_TRUE(reconcile());
  ASSERT_TRUE(store_->remove(announced.id, announced.revision, noon));
  ASSERT_TRUE(announcer_.announce_removal(announced.id));
  EXPECT_EQ(directory_.find(announced.id), nullptr);
  ASSERT_TRUE(store_->remove(forgotten.id, forgotten.revision, noon));
  EXPECT_TRUE(reconcile(60s));
  EXPECT_EQ(directory_.find(forgotten.id), nullptr);
  EXPECT_THAT(queue_.polls().value(), testing::IsEmpty());
  EXPECT_EQ(rejected(forgotten), poll::RejectionReason::unavailable);
}

// The database loses changes after they were announced: here they are announced and never made.
class LostChangesTest : public PollAnnouncerTest {
 protected:
  ManagedPoll lose(const ManagedPoll& poll, PollAction action) {
    const ManagedPoll next = poll::changed(poll, action, noon).value();
    queue_.set(gate_of(next)).value();
    directory_.publish(next).value();
    return next;
  }
  ManagedPoll stored(const ManagedPoll& poll) { return store_->find(poll.id).value(); }
};

TEST_F(LostChangesTest, DoNotKeepAPollOpenWhoseCloseWasAnswered) {
  const ManagedPoll poll = open();
  EXPECT_TRUE(reconcile());
  lose(lose(poll, PollAction::close), PollAction::open);
  EXPECT_EQ(rejected(poll), std::nullopt);
  const auto announced = announcer_.announce(*store_, change(poll, PollAction::close));
  ASSERT_TRUE(announced);
  EXPECT_EQ(rejected(poll), poll::RejectionReason::closed);
  EXPECT_EQ(announced->state, poll::PollState::closed);
  EXPECT_EQ(announced->revision, 5U) << "above the revisions that are known";
  EXPECT_EQ(stored(poll), *announced);
  EXPECT_TRUE(shows(*announced));
  EXPECT_EQ(recovered_, 1);
}

// The database has another change with the same revision.
TEST_F(LostChangesTest, AreNoticedAlsoIfRevisionsAreTheSame) {
  const ManagedPoll poll = open();
  EXPECT_TRUE(reconcile());
  poll::PollContent lost_content = content("Lost");
  directory_.publish(poll::edited(poll, lost_content, false, noon).value()).value();
  const ManagedPoll edited = store_->edit(poll.id, poll.revision, content("Kept"), noon).value();
  const auto announced = announcer_.announce(*store_, edited);
  ASSERT_TRUE(announced);
  EXPECT_EQ(announced->content.title, "Kept");
  EXPECT_EQ(announced->revision, edited.revision + 1);
  EXPECT_TRUE(shows(*announced));
  EXPECT_EQ(rejected(poll), std::nullopt) << "it is still open";
}

TEST_F(LostChangesTest, AreFoundByAReconciliation) {
  const ManagedPoll closed = open();
  const ManagedPoll opened = create();
  const ManagedPoll reset = open();
  EXPECT_TRUE(reconcile());
  lose(closed, PollAction::close);
  lose(opened, PollAction::open);
  const ManagedPoll next_run =
      lose(lose(lose(reset, PollAction::close), PollAction::reset), PollAction::open);
  EXPECT_TRUE(reconcile(60s));
  EXPECT_EQ(stored(closed).state, poll::PollState::closed);
  EXPECT_EQ(rejected(closed), poll::RejectionReason::closed);
  EXPECT_EQ(stored(opened).state, poll::PollState::open);
  EXPECT_EQ(rejected(opened), std::nullopt) << "the poll goes on";
  EXPECT_EQ(stored(reset).run, 2U);
  EXPECT_EQ(rejected(next_run), std::nullopt);
  EXPECT_EQ(rejected(reset), poll::RejectionReason::other_run);
  for (const ManagedPoll& poll : {closed, opened, reset}) EXPECT_TRUE(shows(stored(poll)));
  EXPECT_EQ(recovered_, 3);
  EXPECT_TRUE(reconcile(120s));
  EXPECT_EQ(recovered_, 3) << "once";
}

TEST_F(LostChangesTest, CloseAPollThatWasRemoved) {
  const ManagedPoll poll = open();
  EXPECT_TRUE(reconcile());
  ASSERT_TRUE(announcer_.announce_removal(poll.id));
  poll::PollContent edited = content("Edited");
  notes_.clear();
  const auto announced =
      announcer_.announce(*store_, store_->edit(poll.id, poll.revision, edited, noon).value());
  ASSERT_TRUE(announced);
  EXPECT_EQ(announced->state, poll::PollState::closed) << "its removal was answered";
  EXPECT_THAT(notes_, ElementsAre("gate closed")) << "it was never open meanwhile";
  EXPECT_EQ(rejected(poll), poll::RejectionReason::closed);
  EXPECT_TRUE(shows(*announced));
  ASSERT_TRUE(announcer_.announce(*store_, change(poll, PollAction::open)));
  EXPECT_EQ(rejected(poll), std::nullopt) << "someone has opened it again";
}

// The lost question was opened, and the older draft was opened again before anybody noticed.
TEST_F(LostChangesTest, NeverCountVotesForAnotherQuestion) {
  const ManagedPoll draft = create();
  EXPECT_TRUE(reconcile());
  poll::PollContent asked = content();
  asked.question = which_colors();
  const ManagedPoll lost = lose(poll::edited(draft, asked, false, noon).value(), PollAction::open);
  EXPECT_EQ(rejected(lost), std::nullopt);
  const auto announced = announcer_.announce(*store_, change(draft, PollAction::open));
  ASSERT_TRUE(announced);
  EXPECT_EQ(announced->content.question, tea_or_coffee());
  EXPECT_EQ(announced->run, 2U) << "run 1 has a vote for the colors";
  EXPECT_EQ(announced->state, poll::PollState::draft);
  EXPECT_TRUE(shows(*announced));
  EXPECT_EQ(rejected(lost), poll::RejectionReason::other_run);
}

TEST_F(LostChangesTest, AreCountedByTheProcessThatRecoversThem) {
  const ManagedPoll poll = open();
  EXPECT_TRUE(reconcile());
  lose(poll, PollAction::close);
  poll::PollAnnouncer other(gates_, directory_, options_);
  directory_.interrupt([&] { EXPECT_TRUE(other.reconcile(*store_, now_ + 60s).value()); });
  EXPECT_TRUE(reconcile(60s));
  EXPECT_EQ(recovered_, 1);
  EXPECT_THAT(skipped_, testing::IsEmpty());
  EXPECT_EQ(stored(poll).revision, 4U);
  EXPECT_TRUE(shows(stored(poll)));
}

TEST_F(LostChangesTest, MayEndWithARemovalMeanwhile) {
  const ManagedPoll poll = open();
  const ManagedPoll next = create();
  EXPECT_TRUE(reconcile());
  lose(poll, PollAction::close);
  directory_.interrupt([&] {
    const ManagedPoll closed = change(poll, PollAction::close);
    store_->remove(closed.id, closed.revision, noon).value();
  });
  EXPECT_TRUE(reconcile(60s));
  EXPECT_EQ(recovered_, 0);
  EXPECT_THAT(skipped_, testing::IsEmpty());
  EXPECT_TRUE(shows(next));
}

// Its gate has the last run, or a revision that can't be raised.
TEST_F(LostChangesTest, OfOnePollHideNoOthers) {
  const ManagedPoll first = open();
  const ManagedPoll last_run = create();
  const ManagedPoll unreadable = open();
  const ManagedPoll last = open();
  poll::VoteGate gate = gate_of(last_run);
  gate.state = poll::PollState::open;
  gate.run = poll::max_run;
  gate.revision = 7;
  queue_.set(gate).value();
  gate = gate_of(unreadable);
  gate.state = poll::PollState::closed;
  gate.revision = poll::max_revision;
  queue_.set(gate).value();
  EXPECT_TRUE(reconcile());
  EXPECT_THAT(skipped_, testing::UnorderedElementsAre(last_run.id, unreadable.id));
  EXPECT_EQ(rejected(first), std::nullopt);
  EXPECT_EQ(rejected(last), std::nullopt);
  EXPECT_TRUE(shows(first));
  EXPECT_FALSE(reconcile(1s)) << "the next one is not due";
  EXPECT_FALSE(announcer_.announce(*store_, unreadable)) << "who changes the poll learns it";
  EXPECT_TRUE(announcer_.announce(*store_, change(first, PollAction::close)));
  EXPECT_EQ(rejected(first), poll::RejectionReason::closed);
}

TEST_F(PollAnnouncerTest, ReconcilesOnDemand) {
  EXPECT_TRUE(reconcile());
  EXPECT_FALSE(reconcile());
  announcer_.demand_reconciliation();
  EXPECT_TRUE(reconcile());
  EXPECT_FALSE(reconcile());
}

TEST_F(PollAnnouncerTest, IgnoresWhoIsLate) {
  const ManagedPoll opened = open();
  const ManagedPoll closed = change(opened, PollAction::close);
  ASSERT_TRUE(announcer_.announce(*store_, closed));
  EXPECT_EQ(announcer_.announce(*store_, opened).value(), closed);
  EXPECT_EQ(rejected(opened), poll::RejectionReason::closed);
  ASSERT_TRUE(store_->remove(closed.id, closed.revision, noon));
  ASSERT_TRUE(announcer_.announce_removal(closed.id));
  EXPECT_TRUE(announcer_.announce(*store_, opened));
  EXPECT_EQ(rejected(opened), poll::RejectionReason::unavailable) << "a removed poll gets no gate";
  EXPECT_EQ(directory_.find(opened.id), nullptr);
  EXPECT_EQ(recovered_, 0);
}

}  // namespace
}  // namespace pollux::conformance
