// The contract of PollDirectory and PollPublisher.
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/testing/eventually.hpp"
#include "conformance/managed_polls.hpp"
#include "conformance/subjects.hpp"
#include "poll/testing/images.hpp"

namespace pollux::conformance {
namespace {

using poll::ManagedPoll;

// A follower that keeps what it hears, and detects violations.
class PollFollower {
 public:
  poll::PollDirectory::Listener listener() {
    return [this](const poll::PollDirectory::Poll& poll) {
      if (calls_.fetch_add(1) != 0) violated_ = true;
      {
        const std::lock_guard lock(mutex_);
        if (withdrawn_ || (poll && poll->revision <= revision_)) violated_ = true;
        if (poll) revision_ = poll->revision;
        withdrawn_ = !poll;
        changed_.notify_all();
      }
      calls_.fetch_sub(1);
    };
  }

  [[nodiscard]] bool eventually_hears_revision(std::uint64_t revision) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::minutes(1), [&] { return revision_ == revision; });
  }
  [[nodiscard]] bool eventually_hears_of_the_withdrawal() {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::minutes(1), [&] { return withdrawn_; });
  }
  bool heard_growing_revisions_one_at_a_time() const { return !violated_; }
  std::uint64_t revision() {
    const std::lock_guard lock(mutex_);
    return revision_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::uint64_t revision_ = 0;
  bool withdrawn_ = false;
  std::atomic<int> calls_ = 0;
  std::atomic<bool> violated_ = false;
};

class PollDirectoryConformance : public testing::TestWithParam<Adapter<PollDirectorySubject>> {
 protected:
  static ManagedPoll poll(std::uint64_t revision = 1, const std::string& code = "K7MXQ4", int id = 1) {
    ManagedPoll made = poll::new_poll(poll::PollId::parse("poll" + std::to_string(id)).value(),
                                      poll::PollCode::parse(code).value(), content(), noon);
    made.revision = revision;
    return made;
  }
  poll::PollDirectory& directory() { return subject_->directory(); }
  poll::PollPublisher& publisher() { return subject_->publisher(); }

  // What the directory has, once it is what was published.
  [[nodiscard]] bool eventually_has(const ManagedPoll& expected) {
    PollFollower follower;
    const auto subscription = directory().follow(expected.id, follower.listener());
    if (!follower.eventually_hears_revision(expected.revision)) return false;
    const auto by_id = directory().find(expected.id);
    const auto by_code = directory().find(expected.code);
    return by_id && *by_id == expected && by_code && *by_code == expected;
  }

  static ManagedPoll with_logo(ManagedPoll poll, std::uint32_t width) {
    poll.content.theme.logo = poll::make_logo(poll::png(width, 9), "School").value();
    return poll;
  }
  // Including the image.
  [[nodiscard]] bool eventually_shows_logo(const ManagedPoll& expected) {
    return eventually([&] {
      const auto found = directory().find(expected.id);
      return found && *found == expected && found->content.theme.logo->image &&
             *found->content.theme.logo->image == *expected.content.theme.logo->image;
    });
  }

  const std::unique_ptr<PollDirectorySubject> subject_ = GetParam().make();
};

TEST_P(PollDirectoryConformance, KnowsNoPollAtFirst) {
  EXPECT_EQ(directory().find(poll().id), nullptr);
  EXPECT_EQ(directory().find(poll().code), nullptr);
}

TEST_P(PollDirectoryConformance, FindsWhatWasPublished) {
  const ManagedPoll first = poll();
  const ManagedPoll second = poll(1, "CDFHJK", 2);
  ASSERT_TRUE(publisher().publish(first));
  ASSERT_TRUE(publisher().publish(second));
  EXPECT_TRUE(eventually_has(first));
  EXPECT_TRUE(eventually_has(second));
}

TEST_P(PollDirectoryConformance, HasTheImagesOfLogos) {
  const ManagedPoll first = with_logo(poll(), 320);
  ASSERT_TRUE(publisher().publish(first));
  EXPECT_TRUE(eventually_shows_logo(first));
  const ManagedPoll same_logo = with_logo(poll(2), 320);
  const ManagedPoll copy = with_logo(poll(1, "CDFHJK", 2), 320);
  ASSERT_TRUE(publisher().publish_all(std::vector{same_logo, copy}));
  EXPECT_TRUE(eventually_shows_logo(same_logo));
  EXPECT_TRUE(eventually_shows_logo(copy));
  const ManagedPoll other_logo = with_logo(poll(3), 64);
  ASSERT_TRUE(publisher().publish(other_logo));
  EXPECT_TRUE(eventually_shows_logo(other_logo));
  ASSERT_TRUE(publisher().publish(poll(4)));
  EXPECT_TRUE(eventually_has(poll(4)));
}

TEST_P(PollDirectoryConformance, HasTheImageOfSeveralPollsOnce) {
  const ManagedPoll first = with_logo(poll(), 320);
  ManagedPoll copy = with_logo(poll(1, "CDFHJK", 2), 320);
  ASSERT_TRUE(publisher().publish(first));
  ASSERT_TRUE(eventually_shows_logo(first));
  ManagedPoll listed = copy;
  listed.content.theme.logo->image.reset();
  ASSERT_TRUE(publisher().publish(listed));
  ASSERT_TRUE(eventually_shows_logo(copy))
      << "a poll may be published without the image that another one has";
  const auto image_of = [&](const ManagedPoll& poll) {
    return directory().find(poll.id)->content.theme.logo->image;
  };
  EXPECT_EQ(image_of(first), image_of(copy));
}

TEST_P(PollDirectoryConformance, SaysWhichImagesAreMissing) {
  ManagedPoll listed = with_logo(poll(), 320);
  const ManagedPoll complete = listed;
  listed.content.theme.logo->image.reset();
  const std::vector<ManagedPoll> all{listed, poll(1, "CDFHJK", 2)};
  EXPECT_THAT(publisher().without_image(all), testing::ElementsAre(listed.id));
  ASSERT_TRUE(publisher().publish(listed));
  EXPECT_TRUE(eventually_has(listed));
  EXPECT_THAT(publisher().without_image(all), testing::ElementsAre(listed.id));
  ASSERT_TRUE(publisher().publish(complete));
  EXPECT_TRUE(eventually_shows_logo(complete));
  EXPECT_THAT(publisher().without_image(all), testing::IsEmpty());
}

TEST_P(PollDirectoryConformance, IgnoresWhatIsNotNewer) {
  ManagedPoll late = poll(2);
  late.content.title = "late";
  ASSERT_TRUE(publisher().publish(poll(3)));
  ASSERT_TRUE(publisher().publish(late));
  late.revision = 3;
  ASSERT_TRUE(publisher().publish(late));
  ASSERT_TRUE(publisher().publish(poll(1, "CDFHJK", 2)));
  EXPECT_TRUE(eventually_has(poll(1, "CDFHJK", 2))) << "what came before has arrived, too";
  EXPECT_TRUE(eventually_has(poll(3)));
}

// Late publishers, or those whose store has lost changes, learn it.
TEST_P(PollDirectoryConformance, SaysWhatItHasInstead) {
  const poll::PublishedRevision there{.poll = poll().id, .revision = 3};
  EXPECT_THAT(publisher().publish(poll(3)).value(), testing::IsEmpty());
  EXPECT_THAT(publisher().publish(poll(3)).value(), testing::IsEmpty()) << "the same again";
  ManagedPoll without_revision = poll(3);
  without_revision.maker = poll::MakerId::parse("0123456789abcdef01234567").value();
  without_revision.votes_deleted_at = noon;
  EXPECT_THAT(publisher().publish(without_revision).value(), testing::IsEmpty());
  ManagedPoll other = poll(3);
  other.content.title = "other";
  EXPECT_THAT(publisher().publish(other).value(), testing::ElementsAre(there));
  EXPECT_THAT(publisher().publish(poll(2)).value(), testing::ElementsAre(there));
  const std::vector<ManagedPoll> both{poll(2), poll(1, "CDFHJK", 2)};
  EXPECT_THAT(publisher().publish_all(both).value(), testing::ElementsAre(there));
  EXPECT_TRUE(eventually_has(poll(3)));
  EXPECT_TRUE(eventually_has(poll(1, "CDFHJK", 2))) << "the others are published";
  EXPECT_EQ(publisher().published(poll().id).value(), poll(3));
  EXPECT_EQ(publisher().published(poll(1, "CDFHJK", 9).id).value(), std::nullopt);
}

// The store has lost the removal, or was restored from a backup that has the poll.
TEST_P(PollDirectoryConformance, ShowsAWithdrawnPollAgainThatIsReinstated) {
  ASSERT_TRUE(publisher().publish(poll(7)));
  EXPECT_TRUE(eventually_has(poll(7)));
  ASSERT_TRUE(publisher().withdraw(poll().id));
  const std::vector<poll::PollId> ids{poll().id, poll(1, "CDFHJK", 2).id};
  EXPECT_THAT(publisher().withdrawn(ids).value(), testing::ElementsAre(poll().id));
  EXPECT_EQ(publisher().published(poll().id).value(), std::nullopt);
  EXPECT_TRUE(eventually([this] { return directory().find(poll().id) == nullptr; }));
  ASSERT_TRUE(publisher().reinstate(poll().id));
  EXPECT_THAT(publisher().withdrawn(ids).value(), testing::IsEmpty());
  EXPECT_THAT(publisher().publish(poll(5)).value(), testing::IsEmpty());
  EXPECT_TRUE(eventually_has(poll(5)));
  ASSERT_TRUE(publisher().withdraw(poll().id));
  EXPECT_TRUE(eventually([this] { return directory().find(poll().id) == nullptr; }));
}

// The code of a poll that the store has forgotten may be that of a new one.
TEST_P(PollDirectoryConformance, KeepsTheCodeOfAnotherPoll) {
  ASSERT_TRUE(publisher().publish(poll(1, "K7MXQ4", 1)));
  EXPECT_TRUE(eventually_has(poll(1, "K7MXQ4", 1)));
  ASSERT_TRUE(publisher().publish(poll(1, "K7MXQ4", 2)));
  EXPECT_TRUE(eventually_has(poll(1, "K7MXQ4", 2)));
  ASSERT_TRUE(publisher().withdraw(poll().id));
  EXPECT_TRUE(eventually([this] { return directory().find(poll().id) == nullptr; }));
  EXPECT_TRUE(eventually_has(poll(1, "K7MXQ4", 2)));
}

TEST_P(PollDirectoryConformance, NotifiesFollowersOfThePoll) {
  PollFollower early;
  const auto before = directory().follow(poll().id, early.listener());
  ASSERT_TRUE(publisher().publish(poll(1, "CDFHJK", 2)));
  ASSERT_TRUE(publisher().publish(poll(5)));
  EXPECT_TRUE(early.eventually_hears_revision(5));
  PollFollower late;
  const auto after = directory().follow(poll().id, late.listener());
  EXPECT_TRUE(late.eventually_hears_revision(5)) << "it is known";
  ASSERT_TRUE(publisher().publish(poll(6)));
  EXPECT_TRUE(early.eventually_hears_revision(6));
  EXPECT_TRUE(late.eventually_hears_revision(6));
  EXPECT_TRUE(early.heard_growing_revisions_one_at_a_time());
}

TEST_P(PollDirectoryConformance, ForgetsAWithdrawnPollForGood) {
  PollFollower follower;
  const auto subscription = directory().follow(poll().id, follower.listener());
  ASSERT_TRUE(publisher().publish(poll()));
  EXPECT_TRUE(follower.eventually_hears_revision(1));
  ASSERT_TRUE(publisher().withdraw(poll().id));
  EXPECT_TRUE(follower.eventually_hears_of_the_withdrawal());
  ASSERT_TRUE(publisher().withdraw(poll().id));
  ASSERT_TRUE(publisher().publish(poll(2)));
  ASSERT_TRUE(publisher().publish(poll(1, "CDFHJK", 2)));
  EXPECT_TRUE(eventually_has(poll(1, "CDFHJK", 2))) << "what came before has arrived, too";
  EXPECT_EQ(directory().find(poll().id), nullptr);
  EXPECT_EQ(directory().find(poll().code), nullptr);
  EXPECT_TRUE(follower.heard_growing_revisions_one_at_a_time());
}

TEST_P(PollDirectoryConformance, DoesNotNotifyAfterTheEndOfASubscription) {
  PollFollower gone;
  PollFollower there;
  const auto subscription = directory().follow(poll().id, there.listener());
  {
    const auto ending = directory().follow(poll().id, gone.listener());
    ASSERT_TRUE(publisher().publish(poll(1)));
    EXPECT_TRUE(gone.eventually_hears_revision(1));
  }
  ASSERT_TRUE(publisher().publish(poll(2)));
  EXPECT_TRUE(there.eventually_hears_revision(2));
  EXPECT_EQ(gone.revision(), 1U);
}

// Publishers with old and new revisions, in any order, while followers come and go.
TEST_P(PollDirectoryConformance, ArrivesAtTheNewestRevisionWithManyPublishers) {
  constexpr std::uint64_t newest = 200;
  constexpr std::uint64_t publishers = 4;
  PollFollower follower;
  const auto subscription = directory().follow(poll().id, follower.listener());
  std::atomic<bool> ended = false;
  std::jthread visitor([&] {
    while (!ended) {
      PollFollower visiting;
      const auto visit = directory().follow(poll().id, visiting.listener());
      const auto found = directory().find(poll().code);
      EXPECT_TRUE(!found || found->id == poll().id);
      EXPECT_TRUE(visiting.heard_growing_revisions_one_at_a_time());
    }
  });
  std::vector<std::jthread> threads;
  for (std::uint64_t n = 0; n < publishers; ++n) {
    threads.emplace_back([&, n] {
      for (std::uint64_t revision = 1 + n; revision <= newest; revision += publishers) {
        EXPECT_TRUE(publisher().publish(poll(revision)));
      }
    });
  }
  threads.clear();
  EXPECT_TRUE(follower.eventually_hears_revision(newest));
  ended = true;
  visitor.join();
  EXPECT_TRUE(eventually_has(poll(newest)));
  EXPECT_TRUE(follower.heard_growing_revisions_one_at_a_time());
}

INSTANTIATE_TEST_SUITE_P(, PollDirectoryConformance, testing::ValuesIn(poll_directories()),
                         [](const auto& tested) { return tested.param.name; });

}  // namespace
}  // namespace pollux::conformance
