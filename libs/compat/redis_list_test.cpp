#include "compat/redis_list.hpp"

#include <atomic>
#include <future>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/testing/eventually.hpp"
#include "compat/example_vote.hpp"
#include "queue/redis_dead_letters.hpp"
#include "queue/testing/collected_outcomes.hpp"
#include "queue/testing/redis_streams.hpp"
#include "redis/testing/redis_server.hpp"

namespace pollux::compat {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

poll::Vote vote_of(const std::string& voter, const std::string& selection,
                   const std::string& poll = "default") {
  return {poll::PollId::parse(poll).value(), poll::VoterId::parse(voter).value(),
          poll::Selection::parse(selection).value()};
}

class RedisList : public testing::Test {
 protected:
  RedisList() { threads_.start(); }
  ~RedisList() override { queue_.reset(); }  // before the outcomes

  RedisListVoteQueue& connect() {
    queue_.emplace(threads_, queue::RedisQueueOptions{.url = server_.url()});
    EXPECT_TRUE(eventually([this] { return queue_->producer().state().has_value(); }));
    return *queue_;
  }

  queue::CollectedOutcomes outcomes_;
  redis::testing::RedisServer server_;
  IoThreads threads_{2};
  std::optional<RedisListVoteQueue> queue_;
};

TEST_F(RedisList, AppendsTheBytesOfTheApplication) {
  auto& queue = connect();
  queue.enqueue(vote_of("xyz", "b"), outcomes_.next());
  queue.enqueue(vote_of("Zoë 😀", "a"), outcomes_.next());
  ASSERT_TRUE(outcomes_.come_to(2));
  EXPECT_LT(outcomes_.at(0).value(), outcomes_.at(1).value());
  const auto list = server_.command({"LRANGE", "votes", "0", "-1"}).elements;
  ASSERT_EQ(list.size(), 2U);
  EXPECT_EQ(list[0].text, R"({"voter_id": "xyz", "vote": "b"})");
  EXPECT_EQ(list[1].text, R"({"voter_id": "Zo\u00eb \ud83d\ude00", "vote": "a"})");
  EXPECT_EQ(server_.command({"KEYS", "*"}).elements.size(), 1U) << "nothing but the list";
}

TEST_F(RedisList, RejectsVotesInOtherPolls) {
  connect().enqueue(vote_of("xyz", "b", "lunch"), outcomes_.next());
  ASSERT_TRUE(outcomes_.come_to(1));
  ASSERT_FALSE(outcomes_.at(0));
  EXPECT_EQ(outcomes_.at(0).error().reason, poll::RejectionReason::unavailable);
  EXPECT_EQ(server_.command({"EXISTS", "votes"}).integer, 0);
}

TEST_F(RedisList, RejectsVotesWhileTheServerIsDown) {
  auto& queue = connect();
  server_.stop();
  ASSERT_TRUE(eventually([&] { return !queue.producer().state(); }));
  queue.enqueue(vote_of("xyz", "b"), outcomes_.next());
  ASSERT_TRUE(outcomes_.come_to(1));
  EXPECT_EQ(outcomes_.at(0).error().reason, poll::RejectionReason::unavailable);
}

class LegacyListImport : public queue::RedisStreams {
 protected:
  void push(const std::string& voter, const std::string& option = "b") {
    command({"RPUSH", "votes", R"({"voter_id": ")" + voter + R"(", "vote": ")" + option + R"("})"});
  }
  void add(const Words& fields) {
    Words words{"XADD", queue::stream_key(0), "*"};
    words.insert(words.end(), fields.begin(), fields.end());
    command(words);
  }
  std::unique_ptr<queue::RedisStreamVoteConsumer> decoder(const std::string& name = "ann") const {
    auto wanted = options(name);
    wanted.decode_imported = decode_example_vote;
    return std::make_unique<queue::RedisStreamVoteConsumer>(wanted);
  }
  std::unique_ptr<queue::RedisStreamVoteConsumer> importer(const std::string& name = "ann") const {
    auto wanted = options(name);
    wanted.decode_imported = decode_example_vote;
    wanted.import = legacy_list_import();
    return std::make_unique<queue::RedisStreamVoteConsumer>(wanted);
  }
};

TEST_F(LegacyListImport, MovesTheListInOrder) {
  for (int n = 0; n < 2500; ++n) push("voter" + std::to_string(n));
  const auto tested = importer();
  const Batch batch = receive(*tested, 2500);
  ASSERT_THAT(batch, SizeIs(2500));
  for (std::size_t n = 0; n < batch.size(); ++n)
    ASSERT_EQ(batch[n].vote.voter.text(), "voter" + std::to_string(n));
  EXPECT_EQ(batch[0].vote.selection.text(), "b");
  EXPECT_EQ(batch[0].vote.poll.text(), "default");
  EXPECT_EQ(number({"EXISTS", "votes"}), 0);
  EXPECT_EQ(number({"SISMEMBER", std::string(queue::streams_key), queue::stream_key(0)}), 1);
  EXPECT_EQ(tested->statistics().imported, 2500U);
}

TEST_F(LegacyListImport, GoesOnWhileTheStreamsAreBusyAndWhenTheyAreIdle) {
  cast_many(2000);
  const auto tested = importer();
  ASSERT_THAT(receive(*tested, 10), SizeIs(10));
  push("first");
  EXPECT_TRUE(come_to(*tested, [&] { return tested->statistics().imported == 1; }));
  EXPECT_TRUE(nothing_left(*tested) || !receive(*tested, 3000).empty());
  push("later");
  EXPECT_TRUE(come_to(*tested, [&] { return tested->statistics().imported == 2; }));
}

TEST_F(LegacyListImport, GoesOnDuringALongWait) {
  const auto tested = importer();
  std::thread caster([&] {
    ASSERT_TRUE(eventually([&] { return tested->state() && tested->statistics().connected; }));
    push("late");
  });
  EXPECT_THAT(voters(tested->receive(1, std::chrono::seconds(60)).value()), ElementsAre("late"));
  caster.join();
}

TEST_F(LegacyListImport, LeavesTheListAsItIsWhileRedisIsFullAndVotesGoOn) {
  cast_many(10);
  receive(*importer("first"), 1);  // the group is there
  push("late");
  command({"CONFIG", "SET", "maxmemory", "1"});
  auto wanted = options("second");
  wanted.reclaim_after = milliseconds(50);
  wanted.decode_imported = decode_example_vote;
  wanted.import = legacy_list_import();
  queue::RedisStreamVoteConsumer tested(wanted);
  const Batch batch = receive(tested, 10);
  EXPECT_THAT(batch, SizeIs(10));
  ASSERT_TRUE(tested.acknowledge(batch));
  EXPECT_TRUE(nothing_left(tested));
  EXPECT_EQ(length(), 0);
  EXPECT_TRUE(come_to(tested, [&] { return !tested.statistics().problem.empty(); }));
  EXPECT_THAT(tested.statistics().problem, HasSubstr("no memory left"));
  EXPECT_EQ(number({"LLEN", "votes"}), 1) << "the list waits for memory";
  command({"CONFIG", "SET", "maxmemory", "0"});
  EXPECT_THAT(voters(receive(tested, 1)), ElementsAre("late"));
}

TEST_F(LegacyListImport, IsOffByDefault) {
  push("ann");
  queue::RedisStreamVoteConsumer tested(options("ann"));
  cast("bob");
  EXPECT_THAT(voters(receive(tested, 1)), ElementsAre("bob"));
  EXPECT_TRUE(nothing_left(tested));
  EXPECT_EQ(number({"LLEN", "votes"}), 1);
}

TEST_F(LegacyListImport, TwoConsumersMoveEachVoteOnce) {
  for (int n = 0; n < 3000; ++n) push("voter" + std::to_string(n));
  std::atomic<std::size_t> total = 0;
  const auto work = [&](const std::string& name) {
    const auto tested = importer(name);
    std::vector<std::string> names;
    const auto until = std::chrono::steady_clock::now() + std::chrono::minutes(1);
    while (total < 3000 && std::chrono::steady_clock::now() < until) {
      const auto batch = tested->receive(100, milliseconds(20));
      if (!batch) continue;
      total += batch->size();
      const auto received = voters(*batch);
      names.insert(names.end(), received.begin(), received.end());
      (void)tested->acknowledge(*batch);
    }
    return names;
  };
  auto other = std::async(std::launch::async, work, "bob");
  auto names = work("ann");
  const auto others = other.get();
  names.insert(names.end(), others.begin(), others.end());
  EXPECT_THAT(names, SizeIs(3000));
  EXPECT_THAT(std::set(names.begin(), names.end()), SizeIs(3000));
  EXPECT_EQ(length(), 0);
}

TEST_F(LegacyListImport, EntriesOfEarlierVersionsAreReadWithoutIt) {
  // The bytes on the wire, so that no encoder of ours can change them unnoticed.
  add({"original", R"({"voter_id": "27b0a6c2d5", "vote": "a"})"});
  add({"original", R"({"voter_id": "bob", "vote": "a"})", "source", "elsewhere"});
  const auto tested = decoder();
  const Batch batch = receive(*tested, 2);
  EXPECT_THAT(voters(batch), ElementsAre("27b0a6c2d5", "bob"));
  EXPECT_EQ(batch[0].vote.poll.text(), "default");
  EXPECT_EQ(batch[0].vote.selection.text(), "a");
}

TEST_F(LegacyListImport, WhatIsNoVoteBecomesADeadLetterWithItsBytes) {
  command({"RPUSH", "votes", "no JSON"});
  push("bob");
  const auto tested = importer();
  EXPECT_THAT(voters(receive(*tested, 1)), ElementsAre("bob"));
  EXPECT_TRUE(come_to(*tested, [&] { return tested->statistics().dead_letters == 1; }));
  const auto letter = command({"XRANGE", std::string(queue::dead_letters_key), "-", "+"}).elements.at(0);
  const auto& fields = letter.elements[1].elements;
  ASSERT_THAT(fields, SizeIs(8));
  EXPECT_EQ(fields[6].text, "original");
  EXPECT_EQ(fields[7].text, "no JSON");
}

TEST_F(LegacyListImport, DeadLettersOfEarlierVersionsCanBeReplayed) {
  command({"XADD", std::string(queue::dead_letters_key), "*", "reason", "The entry has two votes.", "stream",
           "pollux:votes:0", "id", "1700000000000-8", "original", R"({"voter_id": "bob", "vote": "b"})"});
  queue::RedisDeadLetters letters(server_.url(), {milliseconds(5000), milliseconds(5000)},
                                  decode_example_vote);
  const auto read = letters.next(10).value();
  ASSERT_THAT(read, SizeIs(1));
  EXPECT_EQ(read[0].vote->version, (poll::Version{1700000000000, 8}));
  EXPECT_EQ(read[0].vote->vote.voter.text(), "bob");
}

}  // namespace
}  // namespace pollux::compat
