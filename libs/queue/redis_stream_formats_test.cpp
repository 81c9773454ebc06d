// Entries of other versions of the program, byte by byte: what the first version wrote, what a later one may
// add, and formats that this one does not read.
#include <algorithm>
#include <mutex>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/testing/eventually.hpp"
#include "queue/redis_stream_vote_consumer.hpp"
#include "queue/testing/redis_streams.hpp"
#include "queue/vote_entry.hpp"

namespace pollux::queue {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class RedisStreamFormats : public RedisStreams {
 protected:
  std::string add(const Words& fields) {
    Words words{"XADD", stream_key(0), "*"};
    words.insert(words.end(), fields.begin(), fields.end());
    return command(words).text;
  }
  void add_vote(const std::string& voter, const std::string& selection) {
    const poll::Vote vote{poll::PollId::parse("default").value(), poll::VoterId::parse(voter).value(),
                          poll::Selection::parse(selection).value()};
    const EncodedVoteEntry entry = encode_vote_entry(vote);
    add(Words(entry.begin(), entry.end()));
  }
  void add_of_format_4(const std::string& voter) {
    add({"format", "4", "ballot", "default/" + voter + "/a", "weight", "1"});
  }
  // As the consumer of a later version, which reads format 4.
  RedisStreamVoteConsumer::Options newer(const std::string& name) const {
    auto wanted = options(name);
    wanted.newest_format = 4;
    return wanted;
  }
  std::int64_t dead_letters() { return number({"XLEN", std::string(dead_letters_key)}); }
  // Waits until no consumer that reads format 3 holds the entries.
  bool set_aside(RedisStreamVoteConsumer& consumer, std::uint64_t count) {
    return come_to(consumer, [&] { return consumer.statistics().newer_format == count; });
  }
};

TEST_F(RedisStreamFormats, ReadsWhatTheFirstVersionWrote) {
  // The bytes on the wire, so that no encoder of ours can change them unnoticed.
  add({"poll", "default", "voter", "Zo\xc3\xab \"'\\", "selection", "b"});
  const auto tested = consumer();
  const Batch batch = receive(*tested, 1);
  EXPECT_THAT(voters(batch), ElementsAre("Zo\xc3\xab \"'\\"));
  EXPECT_EQ(batch[0].vote.poll.text(), "default");
  EXPECT_EQ(batch[0].vote.selection.text(), "b");
}

TEST_F(RedisStreamFormats, IgnoresFieldsThatItDoesNotKnow) {
  add({"format", "1", "poll", "default", "voter", "ann", "selection", "a", "client", "\xff", "client", ""});
  const auto tested = consumer();
  EXPECT_THAT(voters(receive(*tested, 1)), ElementsAre("ann"));
  EXPECT_EQ(dead_letters(), 0);
}

TEST_F(RedisStreamFormats, ReadsTheTraceOfAVote) {
  constexpr const char* text = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
  add({"poll", "default", "voter", "ann", "selection", "a", "traceparent", text});
  add({"poll", "default", "voter", "bob", "selection", "a", "traceparent", "\xff"});
  const auto tested = consumer();
  const Batch batch = receive(*tested, 2);
  ASSERT_THAT(voters(batch), ElementsAre("ann", "bob"));
  EXPECT_EQ(tracing::to_traceparent(batch[0].vote.trace), text);
  EXPECT_FALSE(batch[1].vote.trace.sampled);
  ASSERT_TRUE(tested->acknowledge(batch));
  EXPECT_TRUE(come_to(*tested, [&] { return length() == 0; }));
  EXPECT_EQ(dead_letters(), 0);
}

// Workers that read format 1 would count a set of options as one.
TEST_F(RedisStreamFormats, LeavesSelectionsWithSeveralKeysToWorkersThatReadFormat2) {
  auto wanted = options("old");
  wanted.newest_format = 1;
  RedisStreamVoteConsumer old(wanted);
  add_vote("ann", "a");
  add_vote("bob", "+a+c");
  add_vote("cid", ">b>a");
  add_vote("dora", "4");
  const Batch batch = receive(old, 2);
  EXPECT_THAT(voters(batch), ElementsAre("ann", "dora"));
  ASSERT_TRUE(old.acknowledge(batch));
  ASSERT_TRUE(set_aside(old, 2));
  const auto current = consumer("current");
  const Batch rest = receive(*current, 2);
  ASSERT_THAT(voters(rest), ElementsAre("bob", "cid"));
  EXPECT_EQ(rest[0].vote.selection.text(), "+a+c");
  EXPECT_EQ(rest[1].vote.selection.text(), ">b>a");
  EXPECT_EQ(dead_letters(), 0);
}

TEST_F(RedisStreamFormats, LeavesANewerFormatToANewerWorkerAndGoesOn) {
  std::mutex mutex;
  std::vector<RedisStreamWarning> warnings;
  auto wanted = options("old");
  wanted.warn = [&](const RedisStreamWarning& warning) {
    const std::lock_guard lock(mutex);
    warnings.push_back(warning);
  };
  RedisStreamVoteConsumer old(wanted);
  cast("ann");
  add_of_format_4("bob");
  cast("cid");
  const Batch batch = receive(old, 2);
  EXPECT_THAT(voters(batch), ElementsAre("ann", "cid")) << "the rest flows";
  ASSERT_TRUE(old.acknowledge(batch));
  ASSERT_TRUE(set_aside(old, 1));
  EXPECT_TRUE(come_to(old, [&] { return old.statistics().pending == 0; })) << "no worker holds anything";
  EXPECT_EQ(length(), 1);
  EXPECT_EQ(dead_letters(), 0);
  EXPECT_TRUE(old.state()) << "it is ready all the time";
  ASSERT_FALSE(warnings.empty());
  EXPECT_THAT(warnings.back().message, HasSubstr("newer format"));
  EXPECT_EQ(warnings.back().entries, 1U);

  // The entry still has its place, and a worker that reads the format gets it at once, not after
  // reclaim_after.
  RedisStreamVoteConsumer next(newer("new"));
  command({"XADD", stream_key(0), "*", "format", "4", "poll", "default", "voter", "dora", "selection", "a"});
  EXPECT_TRUE(come_to(next, [&] { return dead_letters() == 1; }))
      << "bob's: this consumer reads format 4, in which there must be a poll";
  EXPECT_THAT(
      command({"XRANGE", std::string(dead_letters_key), "-", "+"}).elements[0].elements[1].elements[7].text,
      "4");
}

TEST_F(RedisStreamFormats, NoOldWorkerTouchesWhatIsSetAside) {
  auto wanted = options("first");
  wanted.reclaim_after = milliseconds(50);
  RedisStreamVoteConsumer first(wanted);
  wanted.consumer_name = "second";
  RedisStreamVoteConsumer second(wanted);
  for (int n = 0; n < 3000; ++n) add_of_format_4("voter" + std::to_string(n));
  ASSERT_TRUE(set_aside(first, 3000));
  std::string ann;
  const auto delivered = [&] {
    std::int64_t most = 0;
    for (const auto& entry : command({"XPENDING", stream_key(0), "pollux", "-", "+", "5000"}).elements) {
      if (entry.elements[0].text == ann) continue;
      EXPECT_EQ(entry.elements[1].text, "newer-format:4");
      most = std::max(most, entry.elements[3].integer);
    }
    return most;
  };
  EXPECT_EQ(delivered(), 1);
  // Past the time after which they take over from each other: a vote that is not acknowledged shows it.
  ann = cast("ann");
  EXPECT_THAT(receive(first, 1), testing::SizeIs(1));
  ASSERT_TRUE(come_to(second, [&] { return second.statistics().reclaimed >= 1; }));
  EXPECT_EQ(delivered(), 1) << "each was read once, and never again by a worker that can't read it";
  EXPECT_EQ(length(), 3001);
}

TEST_F(RedisStreamFormats, SeveralFormatsWaitForTheirReaders) {
  add({"format", "5", "poll", "default", "voter", "five", "selection", "a"});
  add({"format", "4", "poll", "default", "voter", "four", "selection", "a"});
  const auto old = consumer("old");
  ASSERT_TRUE(set_aside(*old, 2));
  RedisStreamVoteConsumer second(newer("second"));
  EXPECT_THAT(voters(receive(second, 1)), ElementsAre("four"));
  EXPECT_TRUE(set_aside(second, 1));
  auto newest = options("third");
  newest.newest_format = 5;
  RedisStreamVoteConsumer third(newest);
  const Batch batch = receive(third, 1);
  EXPECT_THAT(voters(batch), ElementsAre("five"));
  ASSERT_TRUE(third.acknowledge(batch));
  EXPECT_TRUE(set_aside(third, 0));
}

TEST_F(RedisStreamFormats, AnOrderedEndSetsAsideWhatWasReadAhead) {
  {
    const auto old = consumer("old");
    EXPECT_TRUE(nothing_left(*old));
    cast("ann");
    add_of_format_4("bob");
    const Batch batch = receive(*old, 1);
    ASSERT_TRUE(old->acknowledge(batch));
  }
  EXPECT_EQ(pending(), 1);
  RedisStreamVoteConsumer next(newer("new"));
  EXPECT_TRUE(come_to(next, [&] { return dead_letters() == 1; }));
}

TEST_F(RedisStreamFormats, AFormatThatIsNoneIsADeadLetter) {
  add({"format", "next", "poll", "default", "voter", "ann", "selection", "a"});
  cast("bob");
  const auto tested = consumer();
  EXPECT_THAT(voters(receive(*tested, 1)), ElementsAre("bob"));
  EXPECT_TRUE(come_to(*tested, [&] { return dead_letters() == 1; }));
}

}  // namespace
}  // namespace pollux::queue
