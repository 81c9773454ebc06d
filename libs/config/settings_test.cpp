#include "config/settings.hpp"

#include <sstream>
#include <stdexcept>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/testing/temporary_directory.hpp"
#include "config/service_options.hpp"
#include "http/server.hpp"

namespace pollux::config {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class SettingsTest : public testing::Test {
 protected:
  SettingsTest() {
    settings_.command("healthcheck", "Ask.")
        .group("General")
        .add("vote-listen", setting::endpoint(&listen_), "Where the vote page is served.")
        .add("threads", setting::integer(&threads_, 1, 256), "How many threads.")
        .add("secure", setting::boolean(&secure_), "Behind TLS.")
        .add("allowed-origin", setting::list(&origins_), "Origins.")
        .add("key", setting::secret(&key_, 16), "The key.")
        .add_lettered("option", &options_, 200, "What one can vote for.");
  }

  std::vector<std::string> faults(const std::vector<std::string>& arguments,
                                  const Environment& environment = {}) {
    return settings_.read(arguments, environment).faults;
  }

  http::Endpoint listen_{"127.0.0.1", 8080};
  int threads_ = 2;
  bool secure_ = false;
  std::vector<std::string> origins_;
  Secret key_;
  std::vector<std::string> options_{"Cats", "Dogs"};
  Settings settings_{{.name = "pollux", .summary = "Voting."}};
  TemporaryDirectory folder_;
};

TEST_F(SettingsTest, KeepsTheDefaultsIfNothingIsSet) {
  const Invocation invocation = settings_.read({}, {});
  EXPECT_THAT(invocation.faults, IsEmpty());
  EXPECT_EQ(invocation.command, "");
  EXPECT_EQ(invocation.page, std::nullopt);
  EXPECT_EQ(threads_, 2);
}

TEST_F(SettingsTest, PrefersTheFlagToTheEnvironmentToTheFile) {
  const std::string file = folder_.write("threads", "5\n");
  EXPECT_THAT(faults({}, {{"POLLUX_THREADS_FILE", file}}), IsEmpty());
  EXPECT_EQ(threads_, 5);
  EXPECT_THAT(faults({}, {{"POLLUX_THREADS_FILE", file}, {"POLLUX_THREADS", "6"}}), IsEmpty());
  EXPECT_EQ(threads_, 6);
  EXPECT_THAT(faults({"--threads", "7"}, {{"POLLUX_THREADS_FILE", file}, {"POLLUX_THREADS", "6"}}),
              IsEmpty());
  EXPECT_EQ(threads_, 7);
}

TEST_F(SettingsTest, AcceptsBothFormsOfAFlag) {
  EXPECT_THAT(faults({"--vote-listen=[::1]:81", "--threads", "3", "--secure"}), IsEmpty());
  EXPECT_EQ(listen_, (http::Endpoint{"::1", 81}));
  EXPECT_EQ(threads_, 3);
  EXPECT_TRUE(secure_);
  EXPECT_THAT(faults({"--secure=false"}), IsEmpty());
  EXPECT_FALSE(secure_);
}

TEST_F(SettingsTest, TreatsAnEmptyVariableAsNotSet) {
  EXPECT_THAT(faults({}, {{"POLLUX_THREADS", ""}, {"OPTION_A", ""}, {"POLLUX_KEY_FILE", ""}}), IsEmpty());
  EXPECT_EQ(threads_, 2);
}

TEST_F(SettingsTest, NamesTheSourceAndTheAllowedValuesForEachFault) {
  const std::string file = folder_.write("threads", "many");
  EXPECT_THAT(faults({"--threads=0"}),
              ElementsAre("--threads on the command line is \"0\"; it must be an integer from 1 to 256."));
  EXPECT_THAT(faults({}, {{"POLLUX_THREADS", "x"}, {"POLLUX_SECURE", "perhaps"}}),
              ElementsAre("POLLUX_THREADS in the environment is \"x\"; it must be an integer from 1 to 256.",
                          "POLLUX_SECURE in the environment is \"perhaps\"; it must be true or false."));
  EXPECT_THAT(faults({}, {{"POLLUX_THREADS_FILE", file}}),
              ElementsAre("POLLUX_THREADS from the file \"" + file +
                          "\" is \"many\"; it must be an integer from 1 to 256."));
}

TEST_F(SettingsTest, NamesAFileThatCannotBeRead) {
  EXPECT_THAT(faults({}, {{"POLLUX_KEY_FILE", "/none/such"}}),
              ElementsAre("POLLUX_KEY_FILE in the environment names \"/none/such\", which does not exist."));
  EXPECT_THAT(faults({}, {{"POLLUX_KEY_FILE", folder_.path().string()}}),
              ElementsAre(HasSubstr("which is not a file.")));
  const std::string large = folder_.write("large", std::string(100'000, 'x'));
  EXPECT_THAT(faults({}, {{"POLLUX_KEY_FILE", large}}), ElementsAre(HasSubstr("has more than 65536 bytes.")));
}

TEST_F(SettingsTest, NeverShowsASecret) {
  EXPECT_THAT(
      faults({}, {{"POLLUX_KEY", "hunter2hunter2hunter2"}}),
      ElementsAre(
          "POLLUX_KEY in the environment has a value that is not shown here; it must be 1 to 16 bytes."));
  EXPECT_THAT(faults({}, {{"POLLUX_KEY_FILE", folder_.write("key", "hunter2\n")}}), IsEmpty());
  EXPECT_EQ(key_.reveal(), "hunter2");
}

TEST_F(SettingsTest, NeverShowsAPossiblyMisplacedSecret) {
  const std::vector<std::vector<std::string>> command_lines{{"healthcheck", "postgresql://u:hunter2@db/x"},
                                                            {"healthcheck", "u:hunter2@db"},
                                                            {"postgresql://u:hunter2@db/x"},
                                                            {"help", "redis://hunter2"},
                                                            {"--key", "key", "hunter2"},
                                                            {"--key=key", "healthcheck", "hunter2"},
                                                            {"--threads", "u:hunter2@db"}};
  for (const auto& arguments : command_lines) {
    EXPECT_THAT(faults(arguments), ElementsAre(testing::Not(HasSubstr("hunter2"))));
  }
  EXPECT_THAT(
      faults({}, {{"POLLUX_KEY_FILE", "hunter2"}}),
      ElementsAre("POLLUX_KEY_FILE in the environment names a file, not shown here, which does not exist."));
}

TEST_F(SettingsTest, EscapesAndTruncatesQuotedValues) {
  EXPECT_THAT(faults({"--threads=\x1b[2J"}), ElementsAre(HasSubstr(R"(is "\u001b[2J")")));
  EXPECT_LT(faults({"--threads=" + std::string(100'000, '1')}).at(0).size(), 300U);
}

TEST_F(SettingsTest, SuggestsTheNearestFlagOrCommand) {
  EXPECT_THAT(faults({"--vote-lisen", ":80"}),
              ElementsAre("--vote-lisen on the command line is not a setting; did you mean --vote-listen?"));
  EXPECT_THAT(faults({"--color"}), ElementsAre("--color on the command line is not a setting."));
  EXPECT_THAT(faults({"helthcheck"}),
              ElementsAre("\"helthcheck\" is not a command; did you mean healthcheck?"));
}

TEST_F(SettingsTest, RejectsMissingValuesAndDuplicates) {
  EXPECT_THAT(faults({"--threads"}), ElementsAre(HasSubstr("--threads on the command line needs a value")));
  EXPECT_THAT(faults({"--threads", "--secure"}),
              ElementsAre(HasSubstr("--threads on the command line needs")));
  EXPECT_THAT(faults({"--threads=1", "--threads=2"}),
              ElementsAre("--threads is on the command line more than once."));
  EXPECT_THAT(faults({"healthcheck", "now"}), ElementsAre("There is nothing to do with \"now\"."));
}

TEST_F(SettingsTest, JoinsTheItemsOfAList) {
  EXPECT_THAT(faults({"--allowed-origin", "https://a", "--allowed-origin=https://b,https://c"}), IsEmpty());
  EXPECT_THAT(origins_, ElementsAre("https://a", "https://b", "https://c"));
}

TEST_F(SettingsTest, ReplacesAllDefaultsOfLetteredLabels) {
  EXPECT_THAT(faults({"--option-b", "[Birds]"}, {{"OPTION_A", "Tea"}}), IsEmpty());
  EXPECT_THAT(options_, ElementsAre("Tea", "[Birds]"));
}

TEST_F(SettingsTest, DoesNotCheckTheNumberOfLetteredLabels) {
  EXPECT_THAT(faults({"--option-a", "Only"}), IsEmpty());
  EXPECT_THAT(options_, ElementsAre("Only"));
}

TEST_F(SettingsTest, RejectsAGapBetweenLetteredLabels) {
  EXPECT_THAT(
      faults({}, {{"OPTION_A", "Tea"}, {"OPTION_C", "Fish"}}),
      ElementsAre("--option-c (OPTION_C) is set, but --option-b (OPTION_B) is not. Set that too: labels "
                  "have no gap."));
}

TEST_F(SettingsTest, RejectsLetteredLabelsWithoutTheFirst) {
  EXPECT_THAT(faults({}, {{"OPTION_B", "Fish"}}), ElementsAre(HasSubstr("but --option-a (OPTION_A) is not")));
}

TEST_F(SettingsTest, ChecksTheSettingsAsAWhole) {
  settings_.check([this] { return threads_ == 13 ? std::optional<std::string>("Not 13.") : std::nullopt; });
  EXPECT_THAT(faults({"--threads=12"}), IsEmpty());
  EXPECT_THAT(faults({"--threads=13"}), ElementsAre("Not 13."));
}

TEST_F(SettingsTest, ReadsTheCommand) {
  const Invocation invocation = settings_.read({"healthcheck", "--threads", "4"}, {});
  EXPECT_EQ(invocation.command, "healthcheck");
  EXPECT_THAT(invocation.faults, IsEmpty());
  EXPECT_EQ(threads_, 4);
}

TEST_F(SettingsTest, ReadsTheOperandOfACommandThatTakesOne) {
  settings_.command("make-data", "Write files.", "DIR");
  const Invocation invocation = settings_.read({"make-data", "--threads", "4", "here"}, {});
  EXPECT_EQ(invocation.command, "make-data");
  EXPECT_EQ(invocation.operand, "here");
  EXPECT_THAT(invocation.faults, IsEmpty());
  EXPECT_THAT(faults({"make-data"}), ElementsAre("make-data needs one more word: DIR."));
  EXPECT_THAT(faults({"make-data", "here", "there"}), ElementsAre("There is nothing to do with \"there\"."));
}

TEST_F(SettingsTest, ReadsVariablesWithTheProgramsPrefix) {
  int rate = 1;
  Settings settings({.name = "pollux-seed", .summary = "Votes.", .variable_prefix = "SEED_"});
  settings.add("rate", setting::integer(&rate, 0, 9), "Votes a second.");
  EXPECT_THAT(settings.read({}, {{"RATE", "2"}, {"SEED_RATE", "3"}}).faults, IsEmpty());
  EXPECT_EQ(rate, 3);
  EXPECT_THAT(settings.read({}, {{"SEED_RATE", "x"}}).faults,
              ElementsAre("SEED_RATE in the environment is \"x\"; it must be an integer from 0 to 9."));
}

TEST_F(SettingsTest, ConcludesWithAPageOrFaults) {
  std::ostringstream out;
  std::ostringstream err;
  EXPECT_EQ(conclude(settings_.read({"--version"}, {}), out, err), 0);
  EXPECT_THAT(out.str(), testing::MatchesRegex("pollux [0-9.]+\n"));
  EXPECT_EQ(conclude(settings_.read({}, {}), out, err), std::nullopt);
  EXPECT_EQ(err.str(), "");
  EXPECT_EQ(conclude(settings_.read({"--color"}, {}), out, err), 2);
  EXPECT_EQ(err.str(),
            "pollux: --color on the command line is not a setting.\n`pollux --help` shows all settings.\n");
}

TEST_F(SettingsTest, RejectsDuplicateNames) {
  bool other = false;
  EXPECT_THROW(settings_.add("threads", setting::boolean(&other), ""), std::logic_error);
  EXPECT_THROW(settings_.add("key-file", setting::boolean(&other), ""), std::logic_error)
      << "KEY_FILE is the key's";
  EXPECT_THROW(settings_.add("Key", setting::boolean(&other), ""), std::logic_error);
}

TEST(ProcessEnvironment, HoldsTheVariablesOfTheProcess) {
  ::setenv("POLLUX_TEST_VARIABLE", "a=b", 1);
  EXPECT_EQ(process_environment().at("POLLUX_TEST_VARIABLE"), "a=b");
  ::unsetenv("POLLUX_TEST_VARIABLE");
}

TEST(ServiceOptions, HangLimitIsLongerThanAnyCallOfAHealthyThread) {
  ServiceOptions options;
  Settings settings({.name = "pollux"});
  declare(settings, options, {});
  EXPECT_THAT(settings.read({"--hang-limit", "15s"}, {}).faults, ElementsAre(HasSubstr("from 30s")));
  EXPECT_THAT(settings.read({"--hang-limit", "30s"}, {}).faults, IsEmpty());
  EXPECT_EQ(options.hang_limit, 30s);
}

}  // namespace
}  // namespace pollux::config
