#include <sstream>
#include <string>

#include <boost/json.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/service_options.hpp"

namespace pollux::config {
namespace {

using testing::HasSubstr;
using testing::Not;

class SettingsPages : public testing::Test {
 protected:
  SettingsPages() {
    declare(settings_, service_, {});
    settings_.group("Poll")
        .add("question", setting::string(&question_, 500), "What people are asked.")
        .add("key", setting::secret(&key_), "Signs cookies.")
        .add_lettered("option", &options_, 200, "What they can vote for.");
  }

  ServiceOptions service_;
  std::string question_ = "Cats | dogs?";
  Secret key_{"hunter2"};
  std::vector<std::string> options_{"Cats", "Dogs"};
  Settings settings_{
      {.name = "pollux", .summary = std::string(40, 'x') + " real-time voting " + std::string(60, 'y')}};
};

TEST_F(SettingsPages, HelpShowsEachSettingOnce) {
  const std::string page = settings_.read({"--help"}, {}).page.value();
  EXPECT_THAT(page, HasSubstr("\nOperation\n  --management-listen ADDRESS\n"));
  EXPECT_THAT(page, HasSubstr("      Default: 8s\n      Allowed: a duration from 100ms to 10m"));
  EXPECT_THAT(page, HasSubstr("Environment: POLLUX_MANAGEMENT_LISTEN\n"));
  EXPECT_THAT(page, HasSubstr("  --option-a … --option-z LABEL\n"));
  EXPECT_THAT(page, HasSubstr("Default: Cats, Dogs\n"));
  EXPECT_THAT(page, Not(HasSubstr("option-b")));
  EXPECT_THAT(page, HasSubstr("  healthcheck\n"));
}

TEST_F(SettingsPages, HelpFitsATerminal) {
  std::istringstream page(settings_.help());
  for (std::string line; std::getline(page, line);) EXPECT_LE(line.size(), 96U) << line;
}

TEST_F(SettingsPages, HelpIncludesCommandsAndNotesOfTheProgram) {
  Settings settings({.name = "pollux-seed",
                     .summary = "Votes.",
                     .without_command = "Without one, it votes.",
                     .notes = {"Exit status: 0, all is well."}});
  settings.command("make-data", "Write files.", "DIR")
      .add("question", setting::string(&question_, 500), "What people are asked.");
  const std::string page = settings.help();
  EXPECT_THAT(page, HasSubstr("  Without one, it votes.\n"));
  EXPECT_THAT(page, HasSubstr("  make-data DIR\n      Write files.\n"));
  EXPECT_THAT(page, HasSubstr("Environment: POLLUX_QUESTION\n"));
  EXPECT_THAT(page, testing::EndsWith("\nExit status: 0, all is well.\n"));
  EXPECT_THAT(settings.configuration(), HasSubstr("| `POLLUX_QUESTION` |"));
}

TEST_F(SettingsPages, HelpIsShownDespiteOtherFaults) {
  EXPECT_THAT(settings_.read({"--color", "-h"}, {}).faults, testing::IsEmpty());
  EXPECT_EQ(settings_.read({"help"}, {{"POLLUX_LOG_LEVEL", "loud"}}).page, settings_.help());
}

TEST_F(SettingsPages, ConfigurationHasATableForEachGroup) {
  const std::string page = settings_.read({"help", "configuration"}, {}).page.value();
  EXPECT_THAT(page, HasSubstr("\n## Poll\n\n| flag | environment | default | allowed | what it does |\n"));
  EXPECT_THAT(
      page,
      HasSubstr("| `--log-level` | `POLLUX_LOG_LEVEL` | `info` | one of debug, info, warning, error |"));
  EXPECT_THAT(page, HasSubstr("| `--option-a` … `--option-z` | `OPTION_A` … `OPTION_Z` | `Cats, Dogs` |"));
  EXPECT_THAT(page, HasSubstr("`Cats \\| dogs?`")) << "a pipe must not end the cell";
}

TEST_F(SettingsPages, JsonHasEverySettingCommandAndNote) {
  Settings settings({.name = "pollux-seed", .summary = "Votes \"loudly\".", .notes = {"Exit status: 0."}});
  bool fast = false;
  settings.command("make-data", "Write files.", "DIR")
      .group("Load")
      .add("fast", setting::boolean(&fast), "Hurry.")
      .add_lettered("option", &options_, 200, "What they can vote for.");
  const auto page = boost::json::parse(settings.read({"help", "json"}, {}).page.value()).as_object();
  EXPECT_EQ(page.at("name"), "pollux-seed");
  EXPECT_EQ(page.at("summary"), "Votes \"loudly\".");
  EXPECT_EQ(page.at("notes"), boost::json::array({"Exit status: 0."}));
  EXPECT_EQ(page.at("commands").at(1),
            (boost::json::object{{"name", "make-data"}, {"operand", "DIR"}, {"doc", "Write files."}}));
  ASSERT_EQ(page.at("settings").as_array().size(), 2U) << "a range is one setting";
  EXPECT_EQ(page.at("settings").at(0), (boost::json::object{{"toggle", true},
                                                            {"group", "Load"},
                                                            {"flag", "--fast"},
                                                            {"last_flag", ""},
                                                            {"placeholder", "true|false"},
                                                            {"variable", "POLLUX_FAST"},
                                                            {"last_variable", ""},
                                                            {"default", "false"},
                                                            {"allowed", "true or false"},
                                                            {"doc", "Hurry."}}));
  EXPECT_EQ(page.at("settings").at(1).at("last_variable"), "OPTION_Z");
}

TEST_F(SettingsPages, VersionIncludesTheRevisionIfItIsKnown) {
  const auto version_of = [](std::string_view revision) {
    const Settings settings({.name = "pollux", .revision = revision});
    return settings.read({"--version"}, {}).page.value();
  };
  EXPECT_THAT(version_of("commit 95aa6b4c1f2e, 2026-11-26"),
              testing::MatchesRegex("pollux [0-9.]+ \\(commit 95aa6b4c1f2e, 2026-11-26\\)\n"));
  EXPECT_THAT(version_of(""), testing::MatchesRegex("pollux [0-9.]+\n"));
}

TEST_F(SettingsPages, ShowNoSecret) {
  EXPECT_THAT(settings_.help() + settings_.configuration() + settings_.json(), Not(HasSubstr("hunter2")));
}

}  // namespace
}  // namespace pollux::config
