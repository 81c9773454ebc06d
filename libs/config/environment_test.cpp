#include "config/environment.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/testing/temporary_directory.hpp"
#include "http/server.hpp"

namespace pollux::config {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class SettingVariablesTest : public testing::Test {
 protected:
  SettingVariablesTest() {
    setting::Value url = setting::string(&url_);
    url.well_known = true;
    setting::Value once = setting::boolean(&once_);
    once.flag_only = true;
    settings_.group("General")
        .add("threads", setting::integer(&threads_, 1, 256), "How many threads.")
        .add("results-address", setting::string(&results_), "Where the results are.")
        .add("vote-listen", setting::endpoint(&listen_), "Where the vote page is.")
        .add("database-url", std::move(url), "The database.")
        .add("once", std::move(once), "For one start.");
  }

  std::vector<std::string> warnings(const Environment& environment) {
    const Invocation invocation = settings_.read({}, environment);
    EXPECT_THAT(invocation.faults, IsEmpty());
    return invocation.warnings;
  }

  int threads_ = 2;
  std::string results_;
  http::Endpoint listen_;
  std::string url_;
  bool once_ = false;
  Settings settings_{{.name = "pollux",
                      .summary = "Voting.",
                      .former_variables = {{"THREADS", "threads"},
                                           {"RESULTS_PORT", "results-address"},
                                           {"RESULT_PORT", "", "Set POLLUX_RESULTS_ADDRESS."}}}};
  TemporaryDirectory folder_;
};

TEST_F(SettingVariablesTest, HaveThePrefixUnlessTheyAreWellKnown) {
  EXPECT_THAT(warnings({{"POLLUX_THREADS", "3"}, {"DATABASE_URL", "here"}}), IsEmpty());
  EXPECT_EQ(threads_, 3);
  EXPECT_EQ(url_, "here");
}

TEST_F(SettingVariablesTest, AreReadByTheirFormerNamesWithAWarning) {
  EXPECT_THAT(warnings({{"THREADS", "3"}}), ElementsAre(HasSubstr("Use POLLUX_THREADS")));
  EXPECT_EQ(threads_, 3);
  EXPECT_THAT(warnings({{"THREADS_FILE", folder_.write("threads", "4\n")}}), SizeIs(1));
  EXPECT_EQ(threads_, 4);
  EXPECT_THAT(warnings({{"THREADS", "5"}, {"POLLUX_THREADS", "6"}}), IsEmpty());
  EXPECT_EQ(threads_, 6);
  EXPECT_THAT(settings_.read({}, {{"THREADS", "many"}}).faults,
              ElementsAre(HasSubstr("THREADS in the environment is \"many\"")));
}

TEST_F(SettingVariablesTest, NameTheReplacementOfAFormerSetting) {
  EXPECT_THAT(warnings({{"RESULT_PORT", "8081"}}),
              ElementsAre("RESULT_PORT in the environment is ignored: it is no longer a setting. Set "
                          "POLLUX_RESULTS_ADDRESS."));
}

TEST_F(SettingVariablesTest, AreIgnoredIfKubernetesSetsThemWithOneWarning) {
  const auto about = HasSubstr("Kubernetes");
  EXPECT_THAT(warnings({{"RESULT_PORT", "tcp://10.0.0.1:80"}}), ElementsAre(about));
  EXPECT_THAT(warnings({{"RESULTS_PORT", "tcp://10.0.0.1:80"}}), ElementsAre(about));
  EXPECT_EQ(results_, "");
  EXPECT_THAT(warnings({{"POLLUX_RESULT_PORT", "tcp://10.0.0.1:80"},
                        {"POLLUX_RESULT_SERVICE_HOST", "10.0.0.1"},
                        {"POLLUX_RESULT_SERVICE_PORT_HTTP", "80"},
                        {"POLLUX_RESULT_PORT_80_TCP_PORT", "80"},
                        {"POLLUX_RESULT_PORT_80_TCP_ADDR", "10.0.0.1"}}),
              ElementsAre(AllOf(HasSubstr("POLLUX_RESULT_PORT in"), HasSubstr("enableServiceLinks"))));
}

TEST_F(SettingVariablesTest, SuggestTheListenSettingForAPort) {
  EXPECT_THAT(
      warnings({{"POLLUX_RESULT_PORT", "8081"}}),
      ElementsAre("POLLUX_RESULT_PORT in the environment is ignored: it is not a setting of pollux. Set "
                  "POLLUX_RESULTS_ADDRESS."));
  EXPECT_THAT(
      warnings({{"POLLUX_VOTE_PORT", "127.0.0.1:8080"}}),
      ElementsAre("POLLUX_VOTE_PORT in the environment is ignored: it is not a setting of pollux. Set "
                  "POLLUX_VOTE_LISTEN to an address and a port, such as :8080."));
}

TEST_F(SettingVariablesTest, WarnOfUnknownNamesAndSuggestTheNearest) {
  EXPECT_THAT(
      warnings({{"POLLUX_THREDS", "3"}}),
      ElementsAre("POLLUX_THREDS in the environment is ignored: it is not a setting of pollux; did you "
                  "mean POLLUX_THREADS?"));
  EXPECT_THAT(warnings({{"POLLUX_DATABASE_URL", "x"}}), ElementsAre(HasSubstr("did you mean DATABASE_URL?")));
  EXPECT_THAT(warnings({{"POLLUX_COLOR", "red"}}), ElementsAre(HasSubstr("not a setting of pollux.")));
  EXPECT_THAT(warnings({{"POLLUX_COLOR", ""}, {"THREDS", "3"}}), IsEmpty());
  Environment many;
  for (int n = 0; n < 100; ++n) many["POLLUX_UNKNOWN_" + std::to_string(n)] = "x";
  EXPECT_THAT(warnings(many), SizeIs(SettingVariables::max_unknown));
}

TEST_F(SettingVariablesTest, AreNotReadForFlagOnlySettings) {
  EXPECT_THAT(warnings({{"POLLUX_ONCE", "true"}}), SizeIs(1));
  EXPECT_FALSE(once_);
  EXPECT_THAT(settings_.read({"--once"}, {}).faults, IsEmpty());
  EXPECT_TRUE(once_);
}

TEST_F(SettingVariablesTest, NeverHaveNamesThatKubernetesUses) {
  std::string value;
  for (const std::string name : {"result-port", "redis-host", "the-service-port", "the-service-port-http"}) {
    EXPECT_THROW(settings_.add(name, setting::string(&value), ""), std::logic_error) << name;
  }
}

}  // namespace

}  // namespace pollux::config
