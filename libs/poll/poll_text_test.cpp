#include "poll/poll_text.hpp"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace pollux::poll {
namespace {

using testing::HasSubstr;

TEST(PollText, MustBeVisible) {
  for (const std::string blank : {" ", "\u00A0\u3000", "\u200D", "\u00AD", "\u115F", "\uFE0F", "\u2800"}) {
    const auto checked = check_poll_text("The label", blank, 200);
    ASSERT_FALSE(checked) << blank.size();
    EXPECT_EQ(checked.error().message, "The label is blank. Use visible text.");
  }
}

TEST(PollText, MustNotChangeHowOtherTextReads) {
  for (const std::string hidden :
       {"\u200B", "\u202E", "\u202A", "\u2066", "\u2069", "\u2060", "\uFEFF", "\u2028"}) {
    const auto checked = check_poll_text("The question", "Yes" + hidden + "No", 200);
    ASSERT_FALSE(checked);
    EXPECT_THAT(checked.error().message, HasSubstr("The question has invisible characters"));
  }
}

TEST(PollText, MayBeInAnyLanguageOrEmoji) {
  for (const std::string text : {"Zoë's fish", "\U0001F468\u200D\U0001F469\u200D\U0001F467", "می\u200Cخواهم",
                                 "כן", "\u2764\uFE0F", "1"}) {
    EXPECT_TRUE(check_poll_text("The label", text, 200)) << text;
  }
}

TEST(PollText, IsComparedIgnoringCaseSpacesAndForms) {
  EXPECT_EQ(comparable("  STRASSE \u00A0 1 "), comparable("straße 1"));
  EXPECT_EQ(comparable("\u00C9"), comparable("e\u0301"));
  EXPECT_NE(comparable("Tea"), comparable("Tee"));
}

}  // namespace
}  // namespace pollux::poll
