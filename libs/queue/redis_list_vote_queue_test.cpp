// What this queue promises beyond the port.
#include "queue/redis_list_vote_queue.hpp"

#include <optional>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/testing/eventually.hpp"
#include "queue/testing/collected_outcomes.hpp"
#include "redis/testing/redis_server.hpp"

namespace pollux::queue {
namespace {

using redis::testing::RedisServer;

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
    queue_.emplace(threads_, RedisQueueOptions{.url = server_.url()});
    EXPECT_TRUE(eventually([this] { return queue_->producer().state().has_value(); }));
    return *queue_;
  }

  CollectedOutcomes outcomes_;
  RedisServer server_;
  IoThreads threads_{2};
  std::optional<RedisListVoteQueue> queue_;
};

TEST_F(RedisList, AppendsTheBytesOfTheOriginalApp) {
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

TEST_F(RedisList, RefusesVotesInOtherPolls) {
  connect().enqueue(vote_of("xyz", "b", "lunch"), outcomes_.next());
  ASSERT_TRUE(outcomes_.come_to(1));
  ASSERT_FALSE(outcomes_.at(0));
  EXPECT_EQ(outcomes_.at(0).error().code, ErrorCode::invalid);
  EXPECT_EQ(server_.command({"EXISTS", "votes"}).integer, 0);
}

TEST_F(RedisList, RefusesVotesWhileTheServerIsAway) {
  auto& queue = connect();
  server_.stop();
  ASSERT_TRUE(eventually([&] { return !queue.producer().state(); }));
  queue.enqueue(vote_of("xyz", "b"), outcomes_.next());
  ASSERT_TRUE(outcomes_.come_to(1));
  EXPECT_EQ(outcomes_.at(0).error().code, ErrorCode::unavailable);
}

}  // namespace
}  // namespace pollux::queue
