#include "queue/redis_dead_letters.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "queue/testing/redis_streams.hpp"

namespace pollux::queue {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class RedisDeadLettersTest : public RedisStreams {
 protected:
  // As a worker of the first version wrote a dead letter.
  std::string dead_letter(const std::string& entry_id, const Words& fields) {
    Words words{"XADD",   "pollux:dead-letters", "*",  "reason", "The entry has a field other than poll.",
                "stream", "pollux:votes:0",      "id", entry_id};
    words.insert(words.end(), fields.begin(), fields.end());
    return command(words).text;
  }
  RedisDeadLetters letters() const { return {server_.url(), {milliseconds(5000), milliseconds(5000)}, {}}; }
};

TEST_F(RedisDeadLettersTest, KeepTheirPlaceInTheOrder) {
  dead_letter("1700000000000-7", {"poll", "default", "voter", "ann", "selection", "a", "extra", "1"});
  dead_letter("1700000000000-8", {"poll", "default", "voter", "bob", "selection", "b"});
  auto tested = letters();
  const auto read = tested.next(10).value();
  ASSERT_THAT(read, SizeIs(2));
  EXPECT_EQ(read[0].vote->version, (poll::Version{1700000000000, 7}));
  EXPECT_EQ(read[0].vote->vote.voter.text(), "ann");
  EXPECT_EQ(read[0].reason, "The entry has a field other than poll.");
  EXPECT_EQ(read[1].vote->version, (poll::Version{1700000000000, 8}));
  EXPECT_THAT(tested.next(10).value(), IsEmpty());
}

TEST_F(RedisDeadLettersTest, SayWhyTheyCannotBeReplayed) {
  dead_letter("1700000000000-7", {"hello", "world"});
  dead_letter("1700000000000-8", {"format", "4", "poll", "default", "voter", "ann", "selection", "a"});
  dead_letter("18446744073709551000-7", {"poll", "default", "voter", "ann", "selection", "a"});
  command({"XADD", "pollux:dead-letters", "*", "anything", "else"});
  const auto read = letters().next(10).value();
  ASSERT_THAT(read, SizeIs(4));
  EXPECT_THAT(read[0].vote.error().message, HasSubstr("no field poll"));
  EXPECT_THAT(read[1].vote.error().message, HasSubstr("format 4"));
  EXPECT_THAT(read[2].vote.error().message, HasSubstr("no place in the order"));
  EXPECT_THAT(read[3].vote.error().message, HasSubstr("not a dead letter"));
}

TEST_F(RedisDeadLettersTest, AreReadInBatchesUpToTheLastOneAtTheStartAndRemovedOnce) {
  std::vector<std::string> ids;
  for (int n = 0; n < 5; ++n) ids.push_back(dead_letter("1-" + std::to_string(n), {"hello", "world"}));
  auto tested = letters();
  EXPECT_THAT(tested.next(2).value(), SizeIs(2));
  dead_letter("2-0", {"hello", "world"});
  EXPECT_THAT(tested.next(2).value(), SizeIs(2));
  EXPECT_THAT(tested.next(2).value(), SizeIs(1)) << "what came later is left to the next replay";
  EXPECT_THAT(tested.next(2).value(), IsEmpty());
  EXPECT_EQ(tested.remove(ids).value(), 5U);
  EXPECT_EQ(tested.remove(ids).value(), 0U);
  EXPECT_THAT(letters().next(10).value(), SizeIs(1));
}

}  // namespace
}  // namespace pollux::queue
