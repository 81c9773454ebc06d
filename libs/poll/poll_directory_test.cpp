#include "poll/poll_directory.hpp"

#include <gtest/gtest.h>

namespace pollux::poll {
namespace {

Poll poll_of(std::string_view id) {
  return Poll::create(PollId::parse(id).value(), "Which?", {"This", "That"}).value();
}

TEST(PollDirectory, FindsAPollByItsId) {
  const PollDirectory directory({poll_of("first"), poll_of("second")});
  const Poll* found = directory.find(PollId::parse("second").value());
  ASSERT_NE(found, nullptr);
  EXPECT_EQ(found->id().text(), "second");
  EXPECT_EQ(directory.find(PollId::parse("third").value()), nullptr);
}

}  // namespace
}  // namespace pollux::poll
