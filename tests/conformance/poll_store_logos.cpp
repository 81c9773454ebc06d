// The contract of PollStore about logos: they are kept, bounded, and left out of lists.
#include <cstdint>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "conformance/managed_polls.hpp"
#include "poll/testing/images.hpp"

namespace pollux::conformance {
namespace {

using poll::ManagedPoll;
using poll::PollAction;
using poll::PollErrorCode;
using testing::HasSubstr;

class PollStoreLogos : public PollStoreTest {};

TEST_P(PollStoreLogos, KeepsTheLogoUntilItIsRemoved) {
  poll::PollContent with_logo = content();
  with_logo.theme.logo = poll::make_logo(poll::webp("VP8L", 64, 32), "").value();
  const ManagedPoll plain = create();
  const auto edited = store().edit(plain.id, 1, with_logo, noon).value();
  EXPECT_EQ(edited.revision, 2U);
  EXPECT_EQ(store().find(plain.id).value(), edited);
  const auto opened = store().change(plain.id, PollAction::open, {}, noon).value();
  EXPECT_EQ(opened.content, with_logo);
  const auto copy = poll::duplicate(store(), plain.id, next_id(), noon).value();
  EXPECT_EQ(*copy.content.theme.logo->image, poll::webp("VP8L", 64, 32));
  EXPECT_EQ(store().edit(plain.id, opened.revision, content(), noon).value().content, content());
  EXPECT_EQ(store().find(plain.id).value().content.theme.logo, std::nullopt);
}

TEST_P(PollStoreLogos, HasAtMostSoManyDifferentLogos) {
  const auto limited = subject_->connect({.max_logos = 2});
  const auto make = [&] { return limited->create(next_id(), content(), noon).value(); };
  const auto set = [&](const ManagedPoll& poll, std::uint32_t width) {
    poll::PollContent wanted = content();
    if (width > 0) wanted.theme.logo = poll::make_logo(poll::png(width, 9), "").value();
    return limited->edit(poll.id, limited->find(poll.id).value().revision, wanted, noon);
  };
  const ManagedPoll first = make();
  const ManagedPoll second = make();
  const ManagedPoll third = make();
  ASSERT_TRUE(set(first, 100));
  ASSERT_TRUE(set(second, 200));
  const auto rejected = set(third, 300);
  ASSERT_FALSE(rejected);
  EXPECT_EQ(rejected.error().code, PollErrorCode::full);
  EXPECT_THAT(rejected.error().message, HasSubstr("2 different logos"));
  EXPECT_EQ(limited->find(third.id).value(), third);
  EXPECT_TRUE(set(third, 200)) << "another poll has it";
  EXPECT_TRUE(poll::duplicate(*limited, third.id, next_id(), noon));
  EXPECT_TRUE(set(first, 300)) << "what it had is gone then";
  EXPECT_EQ(set(third, 100).error().code, PollErrorCode::full);
  EXPECT_TRUE(set(first, 0));
  EXPECT_TRUE(set(third, 100));
  ASSERT_TRUE(limited->remove(third.id, limited->find(third.id).value().revision, noon));
  EXPECT_TRUE(set(first, 400)) << "a removed poll has none";
}

TEST_P(PollStoreLogos, ListsLogosWithoutTheirImages) {
  poll::PollContent with_logo = content();
  with_logo.theme.logo = poll::make_logo(poll::jpeg(64, 32), "School").value();
  const ManagedPoll made = create(with_logo);
  const auto listed = store().list({}).value().polls.at(0);
  EXPECT_EQ(listed, made);
  EXPECT_EQ(listed.content.theme.logo->image, nullptr);
  poll::PollContent reworded = listed.content;
  reworded.title = "Other";
  ASSERT_TRUE(store().edit(made.id, 1, reworded, noon));
  EXPECT_EQ(*store().find(made.id).value().content.theme.logo->image, poll::jpeg(64, 32))
      << "a logo that the poll has need not come with its image";
}

INSTANTIATE_TEST_SUITE_P(, PollStoreLogos, testing::ValuesIn(poll_stores()),
                         [](const auto& adapter) { return adapter.param.name; });

}  // namespace
}  // namespace pollux::conformance
