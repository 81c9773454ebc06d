#include "config/poll_options.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace pollux::config {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class PollOptionsTest : public testing::Test {
 protected:
  PollOptionsTest() { declare(settings_, options_); }

  std::vector<std::string> faults(const std::vector<std::string>& arguments,
                                  const Environment& environment = {}) {
    return settings_.read(arguments, environment).faults;
  }

  PollOptions options_;
  Settings settings_{{.name = "pollux", .summary = "Voting."}};
};

TEST_F(PollOptionsTest, MakeAPollOfTheDefaultsAndTheWellKnownVariables) {
  EXPECT_THAT(faults({}), IsEmpty());
  EXPECT_EQ(options_.make_poll().value().question(), "Cats vs Dogs!");
  EXPECT_THAT(faults({}, {{"OPTION_A", "Tea"}, {"OPTION_B", "Coffee"}, {"QUESTION", "Which?"}}), IsEmpty());
  EXPECT_EQ(options_.make_poll(3).value().id().text(), "default.3");
  EXPECT_EQ(options_.make_poll().value().options().front().label, "Tea");
}

TEST_F(PollOptionsTest, RejectASingleOption) {
  EXPECT_THAT(
      faults({}, {{"OPTION_A", "Only"}}),
      ElementsAre("--option-a (OPTION_A) is the only option, and a poll has two at least. Set --option-b "
                  "(OPTION_B), too."));
}

TEST_F(PollOptionsTest, ReportAnInvalidLabelOnce) {
  EXPECT_THAT(faults({"--option-a", "Tea", "--option-b", ""}),
              ElementsAre(HasSubstr("--option-b on the command line is \"\"")));
}

TEST_F(PollOptionsTest, DoNotPrintInvalidText) {
  EXPECT_THAT(
      faults({"--option-a", "Tea", "--option-b", "\xFF\xFE"}),
      ElementsAre("--option-b on the command line is not UTF-8; it must be plain text of 1 to 200 bytes."));
}

TEST_F(PollOptionsTest, RejectIndistinguishableAndInvisibleLabels) {
  EXPECT_THAT(faults({"--option-a=Tea", "--option-b=TEA "}), ElementsAre(HasSubstr("look the same")));
}

TEST_F(PollOptionsTest, RejectAnInvisibleQuestion) {
  EXPECT_THAT(faults({"--question=\u202E"}), ElementsAre(HasSubstr("The question has invisible characters")));
}

}  // namespace
}  // namespace pollux::config
