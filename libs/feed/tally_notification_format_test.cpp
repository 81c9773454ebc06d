#include "feed/tally_notification_format.hpp"

#include <gtest/gtest.h>

namespace pollux::feed {
namespace {

const poll::PollId pets = poll::PollId::parse("my pets").value();

TEST(TallyDetails, AreReadAsTheyWereWritten) {
  poll::ChangedPoll changed{.poll = pets};
  changed.times.add(1'526'919'030'474, 12);
  changed.times.add(1'526'919'030'900);
  EXPECT_EQ(encode_details(changed), "my pets\nqueued 1526919030474 12\nqueued 1526919030900 1");
  EXPECT_EQ(decode_details(encode_details(changed)), changed);
}

TEST(TallyDetails, MayHaveATrace) {
  constexpr const char* text = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
  poll::ChangedPoll changed{.poll = pets, .trace = *tracing::parse_traceparent(text)};
  EXPECT_EQ(encode_details(changed), std::string("my pets\ntrace ") + text);
  EXPECT_EQ(decode_details(encode_details(changed)), changed);
  changed.trace.sampled = false;
  EXPECT_EQ(encode_details(changed), "my pets");
  EXPECT_FALSE(decode_details("my pets\ntrace 00-\xff")->trace.valid());
}

TEST(TallyDetails, FitIntoANotification) {
  poll::ChangedPoll changed{.poll = poll::PollId::parse(std::string(64, 'p')).value()};
  for (int bit = 0; bit < 62; ++bit) changed.times.add(std::uint64_t{1} << bit, 1'000'000'000);
  EXPECT_LT(encode_details(changed).size(), 4000U);
  EXPECT_EQ(decode_details(encode_details(changed)), changed);
}

// What a later version adds must not stop this one.
TEST(TallyDetails, IgnoreUnknownLines) {
  const auto changed = decode_details("my pets\ntrace 00-0af7\nqueued 1000 2\n\nqueued_by 1000 2");
  ASSERT_TRUE(changed);
  EXPECT_EQ(changed->poll, pets);
  EXPECT_EQ(changed->times.groups(), (std::vector<poll::VoteTimes::Group>{{1000, 2}}));
}

TEST(TallyDetails, SkipWhatIsNoTimeOrNumber) {
  for (const char* line :
       {"queued", "queued ", "queued 1", "queued 1 ", "queued a 1", "queued 1 b", "queued 1 2 3",
        "queued -1 2", "queued 18446744073709551615 1", "queued 9223372036854775807 1",
        "queued 1 18446744073709551616", "queued 1 1000000000001", "queued  1 2"}) {
    const auto changed = decode_details(std::string("my pets\n") + line);
    ASSERT_TRUE(changed) << line;
    EXPECT_TRUE(changed->times.empty()) << line;
  }
}

TEST(TallyDetails, NeedAPoll) {
  EXPECT_FALSE(decode_details(""));
  EXPECT_FALSE(decode_details("\nqueued 1 1"));
  EXPECT_FALSE(decode_details(std::string(65, 'p')));
}

}  // namespace
}  // namespace pollux::feed
