// What a consumer does when its Redis doesn't do what it should.
#include <algorithm>
#include <array>
#include <atomic>
#include <set>
#include <string>
#include <thread>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "queue/redis_stream_vote_consumer.hpp"
#include "queue/testing/redis_streams.hpp"

namespace pollux::queue {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

class RedisStreamVoteConsumerFailures : public RedisStreams {
 protected:
  static std::string error_of(RedisStreamVoteConsumer& consumer) {
    const auto received = consumer.receive(10, milliseconds(0));
    if (received) return "no error";
    EXPECT_FALSE(consumer.state());
    EXPECT_FALSE(consumer.statistics().connected);
    EXPECT_EQ(received.error().code, ErrorCode::unavailable);
    return received.error().message;
  }
};

class RedisStreamVoteConsumerWithAppendOnlyFile : public RedisStreams {
 protected:
  RedisStreamVoteConsumerWithAppendOnlyFile()
      : RedisStreams({"--appendonly", "yes", "--appendfsync", "always"}) {}
};

TEST_F(RedisStreamVoteConsumerFailures, IsNotReadyBeforeItHasRead) {
  const auto tested = consumer();
  EXPECT_FALSE(tested->state());
  EXPECT_TRUE(nothing_left(*tested));
  EXPECT_TRUE(tested->state());
  EXPECT_TRUE(tested->statistics().connected);
}

TEST_F(RedisStreamVoteConsumerFailures, ReportsThatRedisIsDownAndGoesOnWhenItIsBack) {
  const auto tested = consumer();
  EXPECT_TRUE(nothing_left(*tested));
  server_.stop();
  error_of(*tested);  // of the connection that was
  EXPECT_THAT(error_of(*tested), AllOf(HasSubstr("can't be reached"), HasSubstr("Connection refused")));
  server_.start();
  cast("ann");
  EXPECT_THAT(receive(*tested, 1), SizeIs(1));
  EXPECT_TRUE(tested->state());
}

TEST_F(RedisStreamVoteConsumerFailures, DeliversWhatItReadEvenWhileRedisIsDown) {
  cast_many(4);
  const auto tested = consumer();
  Batch all = receive(*tested, 1);
  tested->release(all, unavailable("The database is down."));
  ASSERT_THAT(tested->receive(1, milliseconds(100)).value(), SizeIs(1));
  tested->release(all, unavailable("The database is down."));
  server_.kill();
  EXPECT_EQ(tested->receive(1, milliseconds(100)).value(), all);
}

TEST_F(RedisStreamVoteConsumerFailures, ReadsOnAfterRedisCameBackWithoutItsData) {
  cast_many(3);
  const auto tested = consumer();
  const Batch before = receive(*tested, 3);
  server_.kill();
  server_.start();
  cast("ann");
  cast("bob", 1);
  ASSERT_TRUE(tested->acknowledge(before)) << "Redis knows nothing of them any more";
  const auto names = voters(receive(*tested, 2));
  EXPECT_THAT(std::set(names.begin(), names.end()), ElementsAre("ann", "bob"));
}

TEST_F(RedisStreamVoteConsumerFailures, CreatesItsGroupAgainAfterTheStreamWasDeleted) {
  const auto tested = consumer();
  const std::string id = cast("ann");
  const Batch ann = receive(*tested, 1);
  ASSERT_THAT(ann, SizeIs(1));
  command({"FLUSHALL"});
  // Of the same id, as after a restart with a clock that was set back.
  command({"XADD", stream_key(0), id, "poll", "default", "voter", "bob", "selection", "a"});
  const Batch bob = receive(*tested, 1);
  EXPECT_THAT(voters(bob), ElementsAre("bob"));
  ASSERT_TRUE(tested->acknowledge(ann));
  EXPECT_TRUE(nothing_left(*tested));
  EXPECT_EQ(length(), 1) << "ann's acknowledgement is not bob's";
  ASSERT_TRUE(tested->acknowledge(bob));
  EXPECT_TRUE(nothing_left(*tested));
  EXPECT_EQ(length(), 0);
  EXPECT_TRUE(tested->state());
}

TEST_F(RedisStreamVoteConsumerFailures, DeliversEverythingAgainAfterTheGroupWasDeleted) {
  const auto tested = consumer();
  cast("ann");
  ASSERT_THAT(receive(*tested, 1), SizeIs(1));
  command({"XGROUP", "DESTROY", stream_key(0), std::string(consumer_group)});
  cast("bob");
  const Batch both = receive(*tested, 2);
  EXPECT_THAT(voters(both), ElementsAre("ann", "bob")) << "Redis no longer knows which votes it delivered";
  ASSERT_TRUE(tested->acknowledge(both));
  EXPECT_TRUE(nothing_left(*tested));
  EXPECT_EQ(length(), 0);
}

TEST_F(RedisStreamVoteConsumerFailures, MakesRoomInARedisThatIsFull) {
  cast_many(10);
  receive(*consumer("first"), 1);  // the group is there
  command({"CONFIG", "SET", "maxmemory", "1"});
  auto wanted = options("second");
  wanted.reclaim_after = milliseconds(50);
  RedisStreamVoteConsumer tested(wanted);
  const Batch batch = receive(tested, 10);
  EXPECT_THAT(batch, SizeIs(10));
  ASSERT_TRUE(tested.acknowledge(batch));
  EXPECT_TRUE(nothing_left(tested));
  EXPECT_EQ(length(), 0);
}

// Relays one connection to a server of this machine. After cut_before() it closes the connection instead of
// relaying the text, or anything after it.
class CutConnection {
 public:
  explicit CutConnection(std::uint16_t server) {
    relays_[0] = std::thread([this, server] {
      boost::system::error_code failed;
      acceptor_.accept(client_, failed);
      acceptor_.close();  // a second connection is rejected
      if (!failed) server_.connect({boost::asio::ip::address_v4::loopback(), server}, failed);
      if (failed) return;
      relays_[1] = std::thread([this] { relay(server_, client_, false); });
      relay(client_, server_, true);
    });
  }
  ~CutConnection() {
    for (std::thread& relay : relays_) {
      if (relay.joinable()) relay.join();
    }
  }

  std::uint16_t port() const { return port_; }
  void cut_before(std::string text) {
    text_ = std::move(text);
    cuts_ = true;
  }
  bool was_cut() const { return was_cut_; }

 private:
  using Socket = boost::asio::ip::tcp::socket;

  void relay(Socket& from, Socket& to, bool may_cut) {
    boost::system::error_code failed;
    std::string kept;  // what may be the beginning of the text
    while (!failed) {
      std::array<char, 65536> space;
      const auto received = from.read_some(boost::asio::buffer(space), failed);
      kept.append(space.data(), received);
      const auto found = may_cut && cuts_ ? kept.find(text_) : std::string::npos;
      const auto held_back = may_cut && cuts_ ? std::min(kept.size(), text_.size() - 1) : 0;
      const auto relayed = found == std::string::npos ? kept.size() - held_back : found;
      boost::system::error_code ended;
      boost::asio::write(to, boost::asio::buffer(kept.data(), relayed), ended);
      kept.erase(0, relayed);
      if (found != std::string::npos) was_cut_ = true;
      if (was_cut_ || ended) break;
    }
    // The server executes what it has received before it sees this.
    for (Socket* socket : {&from, &to}) socket->shutdown(Socket::shutdown_both, failed);
  }

  boost::asio::io_context context_;
  boost::asio::ip::tcp::acceptor acceptor_{context_, {boost::asio::ip::address_v4::loopback(), 0}};
  const std::uint16_t port_ = acceptor_.local_endpoint().port();
  Socket client_{context_};
  Socket server_{context_};
  std::string text_;
  std::atomic<bool> cuts_ = false;
  std::atomic<bool> was_cut_ = false;
  std::array<std::thread, 2> relays_;
};

TEST_F(RedisStreamVoteConsumerFailures, LosesNoVoteOverAnAcknowledgementOfWhichRedisGotAHalf) {
  cast("ann");
  cast("bob");
  CutConnection connection(server_.port());
  {
    auto wanted = options("dies");
    wanted.url.port = connection.port();
    wanted.read_ahead = false;
    RedisStreamVoteConsumer tested(wanted);
    const Batch both = receive(tested, 2);
    ASSERT_THAT(both, SizeIs(2));
    ASSERT_TRUE(tested.acknowledge(both));
    connection.cut_before("XACK");
    EXPECT_FALSE(tested.receive(10, milliseconds(0)));
    EXPECT_TRUE(connection.was_cut());
  }
  auto wanted = options("heir");
  wanted.reclaim_after = milliseconds(1);
  RedisStreamVoteConsumer heir(wanted);
  EXPECT_THAT(voters(receive(heir, 2)), ElementsAre("ann", "bob")) << "recording them again changes nothing";
  EXPECT_EQ(heir.statistics().vanished, 0U) << "an operator would be paged for deleted votes";
}

TEST_F(RedisStreamVoteConsumerFailures, AcknowledgesMoreVotesAtOnceThanAScriptHasArgumentsForOneCommand) {
  constexpr std::size_t votes = 9000;
  auto writer = redis::SyncClient(server_.url(), {});
  std::vector<redis::Command> entries(
      votes, {"XADD", stream_key(0), "*", "poll", "default", "voter", "ann", "selection", "a"});
  ASSERT_TRUE(writer.send(entries));
  ASSERT_TRUE(writer.receive());
  command({"SADD", std::string(streams_key), stream_key(0)});
  const auto tested = consumer();
  const Batch all = receive(*tested, votes);
  ASSERT_THAT(all, SizeIs(votes));
  ASSERT_TRUE(tested->acknowledge(all));
  EXPECT_TRUE(come_to(*tested, [&] { return length() == 0 && pending() == 0; }));
  EXPECT_TRUE(tested->state());
}

TEST_F(RedisStreamVoteConsumerFailures, DoesNotWaitForAServerThatIsFrozen) {
  auto wanted = options("ann");
  wanted.limits = {milliseconds(100), milliseconds(100)};
  RedisStreamVoteConsumer tested(wanted);
  cast("ann");
  ASSERT_TRUE(tested.acknowledge(receive(tested, 1)));
  server_.freeze();
  EXPECT_THAT(error_of(tested), HasSubstr("did not answer within 100 ms"));
  EXPECT_THAT(error_of(tested), Not(IsEmpty()));
  server_.thaw();
  EXPECT_TRUE(come_to(tested, [&] { return length() == 0; })) << "the acknowledgement is sent again";
  cast("bob");
  EXPECT_THAT(voters(receive(tested, 1)), ElementsAre("bob"));
}

TEST_F(RedisStreamVoteConsumerFailures, SaysWhatIsWrongWithTheLogin) {
  command({"ACL", "SETUSER", "worker", "on", ">correct horse", "~*", "+@all"});
  auto wanted = options("ann");
  wanted.url.user = "worker";
  wanted.url.password = "wrong secret";
  RedisStreamVoteConsumer tested(wanted);
  EXPECT_THAT(error_of(tested),
              AllOf(HasSubstr("does not accept the user and password"), Not(HasSubstr("secret"))));

  wanted.url.password = "correct horse";
  RedisStreamVoteConsumer right(wanted);
  EXPECT_TRUE(nothing_left(right));
}

TEST_F(RedisStreamVoteConsumerFailures, SaysWhenItsUserMayNotRead) {
  command({"ACL", "SETUSER", "worker", "on", ">correct", "~*", "+@all", "-xreadgroup"});
  auto wanted = options("ann");
  wanted.url.user = "worker";
  wanted.url.password = "correct";
  RedisStreamVoteConsumer tested(wanted);
  const auto received = tested.receive(10, milliseconds(0));
  ASSERT_FALSE(received);
  EXPECT_THAT(received.error().message, AllOf(HasSubstr("rights of the user"), HasSubstr("xreadgroup")));
  EXPECT_FALSE(tested.state());
}

TEST_F(RedisStreamVoteConsumerFailures, IsNotStoppedByAKeyThatIsNoStream) {
  command({"SET", stream_key(1), "text"});
  command({"SADD", std::string(streams_key), stream_key(1), "sessions"});
  cast("ann", 2);
  const auto tested = consumer();
  EXPECT_THAT(voters(receive(*tested, 1)), ElementsAre("ann"));
  EXPECT_TRUE(come_to(*tested, [&] { return !tested->statistics().problem.empty(); }));
}

TEST_F(RedisStreamVoteConsumerFailures, SaysWhenTheOnlyStreamIsNone) {
  command({"SET", stream_key(0), "text"});
  const auto tested = consumer();
  const auto received = tested->receive(10, milliseconds(100));
  ASSERT_FALSE(received);
  EXPECT_THAT(received.error().message, HasSubstr("WRONGTYPE"));
  command({"DEL", stream_key(0)});
  cast("ann");
  EXPECT_THAT(receive(*tested, 1), SizeIs(1));
}

TEST_F(RedisStreamVoteConsumerWithAppendOnlyFile, SendsAnAcknowledgementAgainThatWasNotAnswered) {
  for (const bool read_ahead : {true, false}) {
    cast_many(3);
    auto wanted = options("ann");
    wanted.read_ahead = read_ahead;
    RedisStreamVoteConsumer tested(wanted);
    const Batch batch = receive(tested, 3);
    server_.kill();
    ASSERT_TRUE(tested.acknowledge(batch));
    EXPECT_FALSE(tested.receive(10, milliseconds(0)));
    EXPECT_FALSE(tested.receive(10, milliseconds(0)));
    server_.start();
    EXPECT_TRUE(nothing_left(tested)) << "what is recorded is not delivered again";
    EXPECT_TRUE(nothing_left(tested));
    EXPECT_EQ(length(), 0);
    EXPECT_EQ(pending(), 0);
  }
}

// A large batch is read ahead on another thread.
TEST_F(RedisStreamVoteConsumerWithAppendOnlyFile, LosesNothingWhenRedisIsKilledAgainAndAgain) {
  constexpr int rounds = 4;
  for (const std::size_t size : {20U, 520U}) {
    const auto tested = consumer();
    const std::size_t votes = size + 30;  // of a round
    std::set<std::string> recorded;
    for (int round = 0; round < rounds; ++round) {
      cast_many(static_cast<int>(votes), "voter" + std::to_string(size) + "." + std::to_string(round) + ".");
      Batch batch;
      ASSERT_TRUE(come_to(*tested, [&] {
        batch = receive(*tested, size);
        return !batch.empty();
      }));
      if (round % 2 == 0) server_.kill();  // what was read ahead, and the acknowledgement, are under way
      ASSERT_TRUE(tested->acknowledge(batch));
      const auto names = voters(batch);
      recorded.insert(names.begin(), names.end());
      if (round % 2 != 0) server_.kill();
      server_.start();
    }
    const auto until = std::chrono::steady_clock::now() + std::chrono::minutes(1);
    while (recorded.size() < rounds * votes && std::chrono::steady_clock::now() < until) {
      const auto batch = tested->receive(size + 10, milliseconds(50));
      if (!batch) continue;
      const auto names = voters(*batch);
      recorded.insert(names.begin(), names.end());
      ASSERT_TRUE(tested->acknowledge(*batch));
    }
    EXPECT_THAT(recorded, SizeIs(rounds * votes));
    EXPECT_TRUE(nothing_left(*tested));
    EXPECT_EQ(length(), 0);
    EXPECT_EQ(pending(), 0);
  }
}

}  // namespace
}  // namespace pollux::queue
