#include "worker/options.hpp"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace pollux::worker {
namespace {

bool imports_legacy_list(const std::vector<std::string>& arguments,
                         const config::Environment& environment = {}) {
  WorkerProgramOptions options;
  config::Settings settings(
      {.name = "pollux-worker", .summary = "", .former_variables = config::former_variables()});
  declare(settings, options);
  EXPECT_THAT(settings.read(arguments, environment).faults, testing::IsEmpty());
  return options.imports_legacy_list();
}

TEST(ImportLegacyList, IsOffUnlessItIsSet) {
  EXPECT_FALSE(imports_legacy_list({}));
  EXPECT_TRUE(imports_legacy_list({"--import-legacy-list"}));
  EXPECT_TRUE(imports_legacy_list({}, {{"POLLUX_IMPORT_LEGACY_LIST", "true"}}));
}

TEST(ImportLegacyList, HasAFormerName) {
  EXPECT_TRUE(imports_legacy_list({"--drain-list"}));
  EXPECT_TRUE(imports_legacy_list({}, {{"POLLUX_DRAIN_LIST", "true"}}));
  EXPECT_TRUE(imports_legacy_list({}, {{"DRAIN_LIST", "true"}}));
  EXPECT_FALSE(imports_legacy_list({"--drain-list=false"}));
}

TEST(ImportLegacyList, TakesPrecedenceOverItsFormerName) {
  EXPECT_FALSE(imports_legacy_list({"--import-legacy-list=false", "--drain-list=true"}));
  EXPECT_TRUE(imports_legacy_list({"--import-legacy-list=true", "--drain-list=false"}));
  EXPECT_FALSE(imports_legacy_list({"--import-legacy-list=false"}, {{"POLLUX_DRAIN_LIST", "true"}}));
  EXPECT_FALSE(imports_legacy_list({"--drain-list"}, {{"POLLUX_IMPORT_LEGACY_LIST", "false"}}));
  for (const char* former : {"POLLUX_DRAIN_LIST", "DRAIN_LIST"}) {
    EXPECT_FALSE(imports_legacy_list({}, {{"POLLUX_IMPORT_LEGACY_LIST", "false"}, {former, "true"}}));
    EXPECT_TRUE(imports_legacy_list({}, {{"POLLUX_IMPORT_LEGACY_LIST", "true"}, {former, "false"}}));
  }
}

}  // namespace
}  // namespace pollux::worker
