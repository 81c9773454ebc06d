// What the directory in Redis promises beyond the port; the port's own promises are in tests/conformance.
#include "directory/redis_poll_directory.hpp"

#include <chrono>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/testing/eventually.hpp"
#include "directory/redis_poll_commands.hpp"
#include "directory/redis_poll_publisher.hpp"
#include "poll/question_json.hpp"
#include "poll/testing/images.hpp"
#include "redis/testing/redis_server.hpp"

namespace pollux::directory {
namespace {

using std::chrono::milliseconds;

poll::ManagedPoll poll_of(const std::string& id, std::uint64_t revision = 1) {
  const auto question =
      poll::parse_question_json(R"({"kind":"single","text":"Tea?","options":["Yes","No"]})").value();
  poll::ManagedPoll poll =
      poll::new_poll(poll::PollId::parse(id).value(), poll::PollCode::random(),
                     {.title = "Drinks", .question = question}, poll::PollTime(std::chrono::seconds(1)));
  poll.revision = revision;
  return poll;
}

class RedisPolls : public testing::Test {
 protected:
  RedisPolls() { directory_.start(); }
  ~RedisPolls() override { directory_.stop(); }

  [[nodiscard]] bool eventually_has(const std::string& id, std::uint64_t revision = 1) {
    return eventually([&] {
      const auto found = find(id);
      return found && found->revision >= revision;
    });
  }
  [[nodiscard]] bool eventually_lacks(const std::string& id) {
    return eventually([&] { return find(id) == nullptr; });
  }
  poll::PollDirectory::Poll find(const std::string& id) {
    return directory_.find(poll::PollId::parse(id).value());
  }
  void publish(const std::string& id, std::uint64_t revision = 1) {
    const auto published = publisher_.publish(poll_of(id, revision));
    ASSERT_TRUE(published) << published.error().message;
  }
  // All polls are published.
  void reconcile(const std::vector<std::string>& ids) {
    ASSERT_TRUE(publisher_.begin_reconciliation());
    for (const std::string& id : ids) publish(id);
    ASSERT_TRUE(publisher_.end_reconciliation());
  }
  std::map<std::string, std::string> unreadable() {
    const std::lock_guard lock(mutex_);
    return unreadable_;
  }

  void add_failure(const Error& reason) {
    const std::lock_guard lock(mutex_);
    image_failures_.push_back(reason.message);
  }
  std::vector<std::string> image_failures() {
    const std::lock_guard lock(mutex_);
    return image_failures_;
  }

  redis::testing::RedisServer server_;
  RedisPollPublisher publisher_{server_.url(), {}, [this](const Error& reason) { add_failure(reason); }};

 private:
  std::mutex mutex_;
  std::vector<std::string> image_failures_;
  std::map<std::string, std::string> unreadable_;  // the last reason, by id

 protected:
  RedisPollDirectory directory_{server_.url(),
                                {.period = milliseconds(10), .changes_at_once = 3},
                                {.state_changed = {},
                                 .unreadable =
                                     [this](const std::string& id, const Error& reason) {
                                       const std::lock_guard lock(mutex_);
                                       unreadable_[id] = reason.message;
                                     },
                                 .images_failed = [this](const Error& reason) { add_failure(reason); }}};
};

TEST_F(RedisPolls, AreReadInPortions) {
  for (int n = 0; n < 10; ++n) publish("poll" + std::to_string(n));
  for (int n = 0; n < 10; ++n) EXPECT_TRUE(eventually_has("poll" + std::to_string(n)));
  EXPECT_TRUE(eventually([this] { return directory_.state().has_value(); }));
}

TEST_F(RedisPolls, AreKnownWhileTheServerIsDownAndFollowedAgainAfterwards) {
  publish("tea");
  ASSERT_TRUE(eventually_has("tea"));
  server_.kill();
  ASSERT_TRUE(eventually([this] { return !directory_.state(); }));
  EXPECT_EQ(directory_.state().error().code, ErrorCode::unavailable);
  EXPECT_TRUE(find("tea"));
  server_.start();
  ASSERT_TRUE(eventually([this] { return directory_.state().has_value(); }));
  EXPECT_TRUE(find("tea")) << "the server has forgotten it, but it was not withdrawn";
  ASSERT_TRUE(eventually([this] { return publisher_.publish(poll_of("tea", 2)).has_value(); }))
      << "the publisher connects again";
  EXPECT_TRUE(eventually_has("tea", 2)) << "although the server counts changes from 1 again";
}

TEST_F(RedisPolls, OfAnEmptiedServerAreReadFromTheStart) {
  for (int n = 0; n < 5; ++n) publish("poll" + std::to_string(n));
  ASSERT_TRUE(eventually_has("poll4"));
  reconcile({});
  server_.command({"FLUSHALL"});
  reconcile({"tea"});
  EXPECT_TRUE(eventually_has("tea")) << "although its change has a number that was read before";
}

TEST_F(RedisPolls, GetTheImageOfTheirLogoWhenItComesLater) {
  poll::ManagedPoll tea = poll_of("tea");
  tea.content.theme.logo = poll::make_logo(poll::png(320, 96), "School").value();
  const std::string key = "pollux:managed-polls:logo:" + tea.content.theme.logo->hash;
  poll::ManagedPoll without_image = tea;
  without_image.content.theme.logo->image.reset();
  ASSERT_TRUE(publisher_.publish(without_image));
  server_.command({"SET", key, poll::png(320, 97)});  // another one, whose hash differs
  ASSERT_TRUE(eventually_has("tea"));
  EXPECT_EQ(find("tea")->content.theme.logo->image, nullptr);
  server_.command({"DEL", key});
  ASSERT_TRUE(publisher_.publish(tea)) << "as each reconciliation does";
  EXPECT_TRUE(eventually([this] { return find("tea")->content.theme.logo->image != nullptr; }));
  EXPECT_EQ(*find("tea")->content.theme.logo->image, poll::png(320, 96));
  EXPECT_GT(server_.command({"TTL", key}).integer, 3600) << "it expires if no poll has it any more";
  server_.command({"EXPIRE", key, "60"});
  ASSERT_TRUE(publisher_.publish(tea));
  EXPECT_GT(server_.command({"TTL", key}).integer, 3600) << "each reconciliation keeps it";
}

poll::ManagedPoll with_logo(poll::ManagedPoll poll, std::uint32_t width) {
  poll.content.theme.logo = poll::make_logo(poll::png(width, 96), R"("logo":{"hash":"00")").value();
  return poll;
}

std::string key_of_image(const poll::ManagedPoll& poll) {
  return "pollux:managed-polls:logo:" + poll.content.theme.logo->hash;
}

TEST_F(RedisPolls, ArePublishedWithoutAnImageThatRedisDoesNotTake) {
  const poll::ManagedPoll tea = with_logo(poll_of("tea"), 100);
  server_.command({"ACL", "SETUSER", "default", "-set"});
  ASSERT_TRUE(publisher_.publish(tea));
  ASSERT_TRUE(eventually_has("tea"));
  EXPECT_EQ(find("tea")->content.theme.logo->image, nullptr);
  EXPECT_THAT(image_failures(), testing::ElementsAre(testing::HasSubstr("NOPERM")));
  server_.command({"ACL", "SETUSER", "default", "+set"});
  EXPECT_THAT(publisher_.without_image(std::vector{tea}), testing::ElementsAre(tea.id));
  ASSERT_TRUE(publisher_.publish(tea)) << "as the next reconciliation does";
  EXPECT_TRUE(eventually([this] { return find("tea")->content.theme.logo->image != nullptr; }));
  server_.command({"ACL", "SETUSER", "default", "-expire"});
  EXPECT_THAT(publisher_.without_image(std::vector{tea}), testing::IsEmpty()) << "unknown";
  EXPECT_EQ(image_failures().size(), 2U);
  EXPECT_TRUE(publisher_.publish(with_logo(poll_of("coffee"), 100)));
  EXPECT_EQ(image_failures().size(), 3U);
}

TEST_F(RedisPolls, AreReadWithoutAnImageThatCannotBeRead) {
  const poll::ManagedPoll tea = with_logo(poll_of("tea"), 100);
  const poll::ManagedPoll coffee = with_logo(poll_of("coffee"), 200);
  const poll::ManagedPoll water = with_logo(poll_of("water"), 300);
  poll::ManagedPoll listed = tea;
  listed.content.theme.logo->image.reset();
  server_.command({"LPUSH", key_of_image(tea), "no image"});
  server_.command({"SET", key_of_image(coffee), poll::png(9, 9)});
  ASSERT_TRUE(publisher_.publish_all(std::vector{listed, coffee, water}));
  EXPECT_TRUE(eventually([this] {
    const auto found = find("water");
    return found && found->content.theme.logo->image;
  })) << "the images of the others come";
  EXPECT_EQ(find("tea")->content.theme.logo->image, nullptr);
  EXPECT_EQ(find("coffee")->content.theme.logo->image, nullptr);
  EXPECT_TRUE(directory_.state()) << "the polls are there";
  EXPECT_TRUE(eventually([this] { return !image_failures().empty(); }));
  server_.command({"DEL", key_of_image(tea), key_of_image(coffee)});
  ASSERT_TRUE(publisher_.publish_all(std::vector{tea, coffee}));
  for (const auto* id : {"tea", "coffee"}) {
    EXPECT_TRUE(eventually([this, id] { return find(id)->content.theme.logo->image != nullptr; })) << id;
  }
}

TEST_F(RedisPolls, AskForManyImagesAtATime) {
  constexpr std::uint32_t polls = 40;
  for (std::uint32_t n = 0; n < polls; ++n) {
    ASSERT_TRUE(publisher_.publish(with_logo(poll_of("poll" + std::to_string(n)), n / 2 + 1)));
  }
  for (std::uint32_t n = 0; n < polls; ++n) {
    EXPECT_TRUE(eventually([this, n] {
      const auto found = find("poll" + std::to_string(n));
      return found && found->content.theme.logo->image;
    }));
  }
  EXPECT_THAT(image_failures(), testing::IsEmpty());
}

TEST_F(RedisPolls, LeaveNoImageThatNoneOfThemHas) {
  const auto time_left = [this](const poll::ManagedPoll& poll) {
    return server_.command({"TTL", key_of_image(poll)}).integer;
  };
  constexpr std::int64_t soon = 60;
  const poll::ManagedPoll tea = with_logo(poll_of("tea"), 100);
  const poll::ManagedPoll coffee = with_logo(poll_of("coffee"), 100);
  ASSERT_TRUE(publisher_.publish(tea));
  ASSERT_TRUE(publisher_.publish(with_logo(poll_of("tea", 2), 100)));
  EXPECT_GT(time_left(tea), soon) << "the poll still has it";
  const poll::ManagedPoll changed = with_logo(poll_of("tea", 3), 200);
  ASSERT_TRUE(publisher_.publish(changed));
  EXPECT_LE(time_left(tea), soon);
  EXPECT_GT(time_left(changed), soon);
  ASSERT_TRUE(publisher_.publish(coffee)) << "as each reconciliation does";
  EXPECT_GT(time_left(coffee), soon) << "another poll has it";
  ASSERT_TRUE(publisher_.publish(poll_of("coffee", 2)));
  EXPECT_LE(time_left(coffee), soon) << "the poll has no logo any more";
  ASSERT_TRUE(publisher_.withdraw(changed.id));
  EXPECT_LE(time_left(changed), soon);
}

TEST_F(RedisPolls, ThatAreMissingAfterAReconciliationAreWithdrawn) {
  reconcile({"tea", "coffee"});
  publish("milk");  // comes after the token, so the directory has the token, too, and will notice its loss
  for (const auto* id : {"tea", "coffee", "milk"}) ASSERT_TRUE(eventually_has(id));
  server_.command({"FLUSHALL"});
  ASSERT_TRUE(publisher_.begin_reconciliation());
  publish("tea");
  publish("water");
  ASSERT_TRUE(eventually_has("water"));
  EXPECT_TRUE(find("coffee")) << "it may still come";
  ASSERT_TRUE(publisher_.end_reconciliation());
  EXPECT_TRUE(eventually_lacks("coffee"));
  EXPECT_TRUE(find("tea"));
  EXPECT_TRUE(find("water"));
}

TEST_F(RedisPolls, AreNotReconciledIfTheServerLosesItsData) {
  EXPECT_FALSE(publisher_.is_reconciled().value()) << "at first";
  reconcile({"tea"});
  EXPECT_TRUE(publisher_.is_reconciled().value());
  RedisPollPublisher other(server_.url());
  EXPECT_FALSE(other.is_reconciled().value()) << "it has not compared anything yet";

  server_.command({"FLUSHALL"});
  EXPECT_FALSE(publisher_.is_reconciled().value());

  ASSERT_TRUE(publisher_.begin_reconciliation());
  publish("tea");
  server_.command({"FLUSHALL"});
  const auto ended = publisher_.end_reconciliation();
  ASSERT_FALSE(ended) << "the data were lost in the middle";
  EXPECT_EQ(ended.error().code, ErrorCode::unavailable);
  EXPECT_FALSE(publisher_.is_reconciled().value());
}

// It may be a server that has started again from an older state, which has the token.
TEST_F(RedisPolls, AreNotReconciledOnAnotherConnection) {
  reconcile({"tea"});
  server_.command({"CLIENT", "KILL", "TYPE", "normal"});
  EXPECT_TRUE(eventually([this] { return publisher_.is_reconciled().has_value(); }));
  EXPECT_FALSE(publisher_.is_reconciled().value());

  ASSERT_TRUE(publisher_.begin_reconciliation());
  server_.command({"CLIENT", "KILL", "TYPE", "normal"});
  EXPECT_TRUE(eventually([this] { return publisher_.publish(poll_of("tea", 2)).has_value(); }));
  EXPECT_FALSE(publisher_.end_reconciliation()) << "what was published before may be lost";
}

TEST_F(RedisPolls, ThatCannotBeReadAreReportedAndDoNotStopTheOthers) {
  publish("tea");
  ASSERT_TRUE(eventually_has("tea"));
  server_.command({"HSET", std::string(polls_key), "tea", R"(2 {"id":"tea"})"});
  server_.command({"HSET", std::string(polls_key), "coffee", "nonsense"});
  server_.command({"ZADD", std::string(changes_key), "100", "tea", "101", "coffee"});
  server_.command({"SET", std::string(sequence_key), "101"});
  publish("water");
  EXPECT_TRUE(eventually_has("water"));
  EXPECT_EQ(find("tea")->revision, 1U) << "the directory keeps what it had";
  EXPECT_EQ(find("coffee"), nullptr);
  EXPECT_THAT(unreadable(), testing::UnorderedElementsAre(testing::Key("tea"), testing::Key("coffee")));
}

TEST_F(RedisPolls, AreRememberedWhenTheyWereWithdrawnUpToALimit) {
  redis::SyncClient client(server_.url(), {milliseconds(10'000), milliseconds(10'000)});
  std::vector<redis::Command> withdrawals;
  for (std::size_t n = 0; n < withdrawals_kept + 2; ++n) {
    withdrawals.push_back(withdraw_poll(poll::PollId::parse("poll" + std::to_string(n)).value()));
  }
  ASSERT_TRUE(client.run_all(withdrawals));
  const auto size_of = [this](std::string_view key) {
    return server_.command({"ZCARD", std::string(key)}).count();
  };
  EXPECT_EQ(size_of(withdrawn_key), withdrawals_kept);
  EXPECT_EQ(size_of(changes_key), withdrawals_kept);
  publish("poll0");
  publish("poll2");
  EXPECT_TRUE(eventually_has("poll0"));
  EXPECT_EQ(server_.command({"HEXISTS", std::string(polls_key), "poll2"}).integer, 0);
}

}  // namespace
}  // namespace pollux::directory
