// The contract of PollStore with several users at once, each with a connection of its own.
#include <atomic>
#include <cstdint>
#include <functional>
#include <latch>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "conformance/managed_polls.hpp"
#include "poll/testing/images.hpp"

namespace pollux::conformance {
namespace {

using poll::ManagedPoll;
using poll::PollAction;
using poll::PollErrorCode;
using poll::PollState;

class PollStoreRaces : public PollStoreTest {
 protected:
  static constexpr int users = 6;

  // Runs `act` for each user at once, with the number of the user.
  void at_once(const std::function<void(int user, poll::PollStore& store)>& act,
               const PollStoreSubject::Options& options = {}) {
    std::vector<std::unique_ptr<poll::PollStore>> stores;
    for (int user = 0; user < users; ++user) {
      stores.push_back(subject_->connect(options));
      ASSERT_TRUE(stores.back()->list({})) << "it is connected";
    }
    std::latch start(users);
    std::vector<std::jthread> threads;
    for (int user = 0; user < users; ++user) {
      threads.emplace_back([&, user] {
        start.arrive_and_wait();
        act(user, *stores.at(static_cast<std::size_t>(user)));
      });
    }
  }

  // How the calls of one race ended.
  struct Outcomes {
    std::atomic<int> successes = 0;
    std::atomic<int> conflicts = 0;
    std::atomic<int> others = 0;

    template <class T>
    bool count(const poll::PollResult<T>& result) {
      if (result) {
        ++successes;
      } else if (result.error().code == PollErrorCode::conflict) {
        ++conflicts;
      } else {
        ++others;
        ADD_FAILURE() << result.error().message;
      }
      return result.has_value();
    }
  };
};

// Each user adds letters to the title; a lost update would lose a letter.
TEST_P(PollStoreRaces, LoseNoEdit) {
  constexpr int edits = 5;
  const ManagedPoll created = create(content("Title "));
  Outcomes outcomes;
  at_once([&](int user, poll::PollStore& store) {
    for (int done = 0; done < edits;) {
      const auto seen = store.find(created.id);
      if (!outcomes.count(seen)) return;
      --outcomes.successes;
      const std::string title = seen->content.title + static_cast<char>('a' + user);
      if (outcomes.count(store.edit(created.id, seen->revision, content(title), noon))) ++done;
      if (outcomes.others > 0) return;
    }
  });
  const ManagedPoll after = store().find(created.id).value();
  EXPECT_EQ(outcomes.successes, users * edits);
  EXPECT_EQ(after.revision, 1U + users * edits);
  for (int user = 0; user < users; ++user) {
    const std::string title = after.content.title.substr(6);
    EXPECT_EQ(std::ranges::count(title, static_cast<char>('a' + user)), edits) << title;
  }
}

TEST_P(PollStoreRaces, LetOneOfSeveralEditsOfARevisionWin) {
  const ManagedPoll created = create();
  for (std::uint64_t revision = 1; revision <= 5; ++revision) {
    Outcomes outcomes;
    at_once([&](int user, poll::PollStore& store) {
      const std::string title = std::to_string(revision) + " by " + std::to_string(user);
      outcomes.count(store.edit(created.id, revision, content(title), noon));
    });
    EXPECT_EQ(outcomes.successes, 1);
    EXPECT_EQ(outcomes.conflicts, users - 1);
  }
  EXPECT_EQ(store().find(created.id).value().revision, 6U);
}

TEST_P(PollStoreRaces, MakeOneRunOfSeveralResets) {
  const ManagedPoll poll = closed(create());
  Outcomes outcomes;
  at_once([&](int, poll::PollStore& store) {
    outcomes.count(store.change(poll.id, PollAction::reset, poll.revision, noon));
  });
  EXPECT_EQ(outcomes.successes, 1);
  EXPECT_EQ(outcomes.conflicts, users - 1);
  EXPECT_EQ(store().find(poll.id).value().run, 2U);
  EXPECT_EQ(store().runs(poll.id).value().size(), 2U);
}

// All want the same, and all get it; the poll changes once.
TEST_P(PollStoreRaces, CloseAPollOnce) {
  const ManagedPoll poll = open(create());
  std::mutex mutex;
  std::vector<ManagedPoll> results;
  at_once([&](int user, poll::PollStore& store) {
    const auto closed = store.change(poll.id, PollAction::close, {}, noon + std::chrono::seconds(user));
    const std::lock_guard lock(mutex);
    if (closed) results.push_back(*closed);
  });
  EXPECT_THAT(results, testing::SizeIs(users));
  EXPECT_THAT(results, testing::Each(store().find(poll.id).value()));
  EXPECT_EQ(results.front().revision, poll.revision + 1);
}

// Half of the users reset and open the poll, the others read it: what they see is of one moment.
TEST_P(PollStoreRaces, ShowWholeChanges) {
  const ManagedPoll created = create();
  Outcomes outcomes;
  std::atomic<int> changing = users / 2;
  at_once([&](int user, poll::PollStore& store) {
    if (user % 2 == 0) {
      for (int n = 0; n < 5; ++n) {
        outcomes.count(store.change(created.id, PollAction::open, {}, noon));
        const auto reset = store.change(created.id, PollAction::reset, {}, noon);
        if (!reset) {
          EXPECT_EQ(reset.error().code, PollErrorCode::not_allowed) << "another user was faster";
        }
      }
      --changing;
      return;
    }
    while (changing > 0) {
      const auto seen = store.find(created.id);
      if (!outcomes.count(seen)) return;
      EXPECT_EQ(seen->opened_at.has_value(), seen->state == PollState::open);
      EXPECT_EQ(seen->run, 1 + (seen->revision - 1) / 2);
    }
  });
  EXPECT_EQ(outcomes.others, 0);
}

TEST_P(PollStoreRaces, CreateAPollOnce) {
  const poll::PollId id = next_id();
  std::mutex mutex;
  std::set<poll::PollCode> codes;
  Outcomes outcomes;
  at_once([&](int, poll::PollStore& store) {
    const auto created = store.create(id, content(), noon);
    if (!outcomes.count(created)) return;
    const std::lock_guard lock(mutex);
    codes.insert(created->code);
  });
  EXPECT_EQ(outcomes.successes, users);
  EXPECT_THAT(codes, testing::SizeIs(1));
}

TEST_P(PollStoreRaces, CreateNoMorePollsThanTheLimit) {
  std::vector<poll::PollId> ids;
  for (int user = 0; user < users; ++user) ids.push_back(next_id());
  std::atomic<int> created = 0;
  at_once(
      [&](int user, poll::PollStore& store) {
        const auto result = store.create(ids.at(static_cast<std::size_t>(user)), content(), noon);
        if (result) {
          ++created;
        } else {
          EXPECT_EQ(result.error().code, PollErrorCode::full) << result.error().message;
        }
      },
      {.max_polls = users / 2});
  EXPECT_EQ(created, users / 2);
}

TEST_P(PollStoreRaces, GiveNoMoreLogosThanTheLimit) {
  std::vector<ManagedPoll> polls;
  for (int user = 0; user < users; ++user) polls.push_back(create());
  std::atomic<int> given = 0;
  at_once(
      [&](int user, poll::PollStore& store) {
        poll::PollContent with_logo = content();
        with_logo.theme.logo =
            poll::make_logo(poll::png(static_cast<std::uint32_t>(user) + 1, 9), "").value();
        const auto result = store.edit(polls.at(static_cast<std::size_t>(user)).id, 1, with_logo, noon);
        if (result) {
          ++given;
        } else {
          EXPECT_EQ(result.error().code, PollErrorCode::full) << result.error().message;
        }
      },
      {.max_logos = users / 2});
  EXPECT_EQ(given, users / 2);
}

INSTANTIATE_TEST_SUITE_P(, PollStoreRaces, testing::ValuesIn(poll_stores()),
                         [](const auto& tested) { return tested.param.name; });

}  // namespace
}  // namespace pollux::conformance
