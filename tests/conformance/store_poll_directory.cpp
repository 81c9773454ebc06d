// Whether StorePollDirectory follows what a PollStore has, on every store.
#include "directory/store_poll_directory.hpp"

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "base/testing/eventually.hpp"
#include "conformance/managed_polls.hpp"

namespace pollux::conformance {
namespace {

using poll::ManagedPoll;
using poll::PollAction;
using namespace std::chrono_literals;

// A store that fails or finds damaged polls when the test says so. Counts what it is asked.
class TroubledStore : public poll::PollStore {
 public:
  struct Trouble {
    std::atomic<bool> unavailable = false;
    std::atomic<bool> damaged = false;
    std::atomic<int> found = 0;
    std::atomic<int> compared = 0;
  };

  TroubledStore(std::unique_ptr<poll::PollStore> store, Trouble& trouble)
      : store_(std::move(store)), trouble_(trouble) {}

  poll::PollResult<ManagedPoll> create(const poll::NewPoll& poll, poll::PollTime now) override {
    return store_->create(poll, now);
  }
  poll::PollResult<ManagedPoll> find(const poll::PollId& id) override {
    ++trouble_.found;
    if (trouble_.damaged) return poll::PollError{poll::PollErrorCode::internal, "The poll is damaged."};
    return store_->find(id);
  }
  poll::PollResult<ManagedPoll> find(const poll::PollCode& code) override { return store_->find(code); }
  poll::PollResult<poll::PollPage> list(const poll::PollQuery& query) override { return store_->list(query); }
  poll::PollResult<ManagedPoll> edit(const poll::PollId& id, std::uint64_t revision,
                                     const poll::PollContent& content, poll::PollTime now) override {
    return store_->edit(id, revision, content, now);
  }
  poll::PollResult<ManagedPoll> change(const poll::PollId& id, PollAction action,
                                       std::optional<std::uint64_t> revision, poll::PollTime now) override {
    return store_->change(id, action, revision, now);
  }
  poll::PollResult<ManagedPoll> recover(const poll::PollId& id, std::uint64_t revision,
                                        const poll::LostChange& lost, poll::PollTime now) override {
    return store_->recover(id, revision, lost, now);
  }
  poll::PollResult<std::vector<poll::PollRun>> runs(const poll::PollId& id) override {
    return store_->runs(id);
  }
  poll::PollResult<std::uint64_t> change_count() override {
    if (trouble_.unavailable) return poll::PollError{poll::PollErrorCode::unavailable, "The store is down."};
    return store_->change_count();
  }
  poll::PollResult<std::map<poll::PollId, std::uint64_t>> revisions() override {
    ++trouble_.compared;
    return store_->revisions();
  }
  poll::PollResult<std::vector<poll::DueAction>> due(poll::PollTime now, std::size_t limit) override {
    return store_->due(now, limit);
  }
  poll::PollResult<void> remove(const poll::PollId& id, std::uint64_t revision, poll::PollTime now) override {
    return store_->remove(id, revision, now);
  }
  poll::PollResult<std::size_t> erase_removed(std::size_t max_votes) override {
    return store_->erase_removed(max_votes);
  }
  poll::PollResult<poll::ExpiredVotes> erase_expired(std::size_t max_votes, poll::PollTime now) override {
    return store_->erase_expired(max_votes, now);
  }

 private:
  const std::unique_ptr<poll::PollStore> store_;
  Trouble& trouble_;
};

class StoreDirectoryConformance : public PollStoreTest {
 protected:
  void start() {
    directory_.emplace(
        std::make_unique<TroubledStore>(subject_->connect({}), trouble_),
        directory::StorePollDirectory::Options{.period = 5ms},
        directory::StorePollDirectory::Events{
            .state_changed = [this](const Result<void>& current) { current_ = current.has_value(); },
            .unreadable = [this](const poll::PollId&, const poll::PollError&) { ++unreadable_; }});
    const auto read = directory_->read();
    ASSERT_TRUE(read) << read.error().message;
    directory_->start();
  }
  bool eventually_has(const ManagedPoll& poll) {
    return eventually([&] {
      const auto by_id = directory_->find(poll.id);
      const auto by_code = directory_->find(poll.code);
      return by_id && *by_id == poll && by_code == by_id;
    });
  }

  TroubledStore::Trouble trouble_;
  std::atomic<bool> current_ = true;
  std::atomic<int> unreadable_ = 0;
  std::optional<directory::StorePollDirectory> directory_;
};

TEST_P(StoreDirectoryConformance, HasWhatTheStoreHasAtTheStart) {
  const ManagedPoll draft = create();
  const ManagedPoll opened = open(create());
  start();
  EXPECT_TRUE(directory_->state());
  EXPECT_EQ(*directory_->find(draft.id), draft);
  EXPECT_EQ(*directory_->find(opened.code), opened);
}

TEST_P(StoreDirectoryConformance, FollowsEveryChange) {
  start();
  const ManagedPoll created = create();
  EXPECT_TRUE(eventually_has(created));
  std::atomic<std::uint64_t> heard = 0;
  std::atomic<bool> withdrawn = false;
  const auto subscription = directory_->follow(created.id, [&](const poll::PollDirectory::Poll& poll) {
    if (poll) heard = poll->revision;
    withdrawn = !poll;
  });
  EXPECT_EQ(heard, 1U);
  poll::PollContent hidden = content("Secret");
  hidden.policies.results = poll::ResultsPolicy::hidden;
  const ManagedPoll edited = store().edit(created.id, 1, hidden, noon).value();
  EXPECT_TRUE(eventually_has(edited));
  EXPECT_TRUE(eventually([&] { return heard == 2; }));
  const ManagedPoll opened = open(edited);
  EXPECT_TRUE(eventually_has(opened));
  const ManagedPoll reset = store().change(created.id, PollAction::reset, {}, noon).value();
  EXPECT_TRUE(eventually_has(reset));
  ASSERT_TRUE(store().remove(created.id, reset.revision, noon));
  EXPECT_TRUE(eventually([&] { return withdrawn.load(); }));
  EXPECT_EQ(directory_->find(created.code), nullptr);
}

TEST_P(StoreDirectoryConformance, ReadsOnlyWhatHasChanged) {
  for (int polls = 0; polls < 5; ++polls) create();
  start();
  EXPECT_EQ(trouble_.found, 5);
  EXPECT_EQ(trouble_.compared, 1);
  const ManagedPoll sixth = create();
  EXPECT_TRUE(eventually_has(sixth));
  EXPECT_EQ(trouble_.found, 6);
  EXPECT_EQ(trouble_.compared, 2);
}

TEST_P(StoreDirectoryConformance, ShowsWhatItKnewWhileTheStoreIsDown) {
  const ManagedPoll created = create();
  start();
  trouble_.unavailable = true;
  EXPECT_TRUE(eventually([&] { return !current_; }));
  EXPECT_EQ(directory_->state().error().message, "The store is down.");
  const ManagedPoll opened = open(created);
  EXPECT_EQ(*directory_->find(created.id), created);
  trouble_.unavailable = false;
  EXPECT_TRUE(eventually_has(opened));
  EXPECT_TRUE(eventually([&] { return current_.load(); }));
}

TEST_P(StoreDirectoryConformance, WithdrawsAPollThatItCannotRead) {
  const ManagedPoll created = create();
  const ManagedPoll other = create();
  start();
  trouble_.damaged = true;
  open(created);
  EXPECT_TRUE(eventually([&] { return directory_->find(created.id) == nullptr; }));
  EXPECT_TRUE(eventually([&] { return unreadable_ == 1; }));
  EXPECT_EQ(*directory_->find(other.id), other);
  trouble_.damaged = false;
  EXPECT_TRUE(eventually_has(open(other)));
  EXPECT_TRUE(directory_->state());
}

INSTANTIATE_TEST_SUITE_P(, StoreDirectoryConformance, testing::ValuesIn(poll_stores()),
                         [](const auto& tested) { return tested.param.name; });

}  // namespace
}  // namespace pollux::conformance
