#include "config/public_addresses.hpp"

#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "http/testing/test_request.hpp"
#include "telemetry/server_telemetry.hpp"

namespace pollux::config {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

struct Read {
  PublicAddresses addresses;
  std::vector<std::string> faults;
};

Read read(const std::vector<std::string>& arguments) {
  Read result;
  Settings settings({.name = "pollux", .summary = "A program."});
  declare(settings, result.addresses);
  result.faults = settings.read(arguments, {}).faults;
  return result;
}

TEST(PublicAddresses, AreUnknownByDefault) {
  const Read none = read({});
  EXPECT_FALSE(none.addresses.vote);
  EXPECT_FALSE(none.addresses.result);
  EXPECT_TRUE(none.addresses.vote_origins().empty());
}

TEST(PublicAddresses, AreOriginsOfTheirPages) {
  const Read both =
      read({"--public-url", "https://vote.example/a", "--public-result-url", "https://results.example"});
  EXPECT_THAT(both.faults, testing::IsEmpty());
  EXPECT_EQ(both.addresses.vote->text(), "https://vote.example/a/");
  EXPECT_EQ(both.addresses.result->text(), "https://results.example/");
  EXPECT_THAT(both.addresses.vote_origins(), ElementsAre("https://vote.example"));
}

TEST(PublicAddresses, AllowAllOriginsToFollowTheResultsByDefault) {
  EXPECT_THAT(read({"--public-result-url", "https://results.example"}).addresses.result_origins(),
              ElementsAre("*"));
  const Read narrowed = read({"--public-result-url", "https://results.example", "--allowed-origins",
                              "https://a.example,http://b.example:81"});
  EXPECT_THAT(narrowed.addresses.result_origins(),
              ElementsAre("https://a.example", "http://b.example:81", "https://results.example"));
  EXPECT_THAT(narrowed.addresses.vote_origins(), ElementsAre("https://a.example", "http://b.example:81"));
}

TEST(PublicAddresses, ExplainErrors) {
  EXPECT_THAT(read({"--public-url", "vote.example"}).faults, ElementsAre(HasSubstr("https://vote.example/")));
  EXPECT_THAT(read({"--public-url", "https://vote.example/?a"}).faults, ElementsAre(HasSubstr("after ?")));
  EXPECT_THAT(read({"--allowed-origins", "https://a.example/"}).faults,
              ElementsAre(HasSubstr("Write https://a.example.")));
  EXPECT_THAT(read({"--allowed-origins", "https://a.example,*"}).faults, ElementsAre(HasSubstr("\"*\"")));
}

TEST(PublicAddresses, EnableHstsIfBothPagesUseTls) {
  const auto field_for = [](const std::string& vote, const std::string& result) {
    PublicAddresses addresses;
    addresses.vote = http::PublicUrl::parse(vote).value();
    addresses.result = http::PublicUrl::parse(result).value();
    return addresses.applied_to({}).security.strict_transport_security;
  };
  EXPECT_EQ(field_for("https://a/", "https://b/"), "max-age=31536000");
  EXPECT_EQ(field_for("https://a/", "http://a:8081/"), "");
  EXPECT_EQ(field_for("http://a/", "https://a/"), "");
  EXPECT_EQ(PublicAddresses().applied_to({}).security.strict_transport_security, "");
}

TEST(PublicAddresses, AreReadFromFormerSettingsWithAWarning) {
  PublicAddresses addresses;
  Settings settings({.name = "pollux", .summary = "A program."});
  declare(settings, addresses);
  declare_former(settings, addresses);
  EXPECT_THAT(
      settings
          .read({}, {{"POLLUX_RESULTS_URL", "https://results.example"}, {"POLLUX_SECURE_COOKIES", "true"}})
          .faults,
      testing::IsEmpty());
  EXPECT_EQ(addresses.result->text(), "https://results.example/");
  EXPECT_TRUE(addresses.secure_cookies);
  std::ostringstream lines;
  telemetry::Log log(telemetry::LogLevel::info, lines);
  addresses.warn(log);
  EXPECT_THAT(lines.str(), HasSubstr(R"("setting":"results-url","use":"public-result-url")"));
  EXPECT_THAT(lines.str(), HasSubstr(R"("setting":"secure-cookies")"));
}

TEST(PublicAddresses, DoNotPreventAStartIfAFormerSettingIsInvalid) {
  PublicAddresses addresses;
  Settings settings({.name = "pollux", .summary = "A program."});
  declare(settings, addresses);
  declare_former(settings, addresses);
  EXPECT_THAT(settings.read({}, {{"POLLUX_RESULTS_URL", "https://u:hunter2@results.example/?poll=1"}}).faults,
              testing::IsEmpty());
  EXPECT_FALSE(addresses.result);
  std::ostringstream lines;
  telemetry::Log log(telemetry::LogLevel::info, lines);
  addresses.warn(log);
  EXPECT_THAT(lines.str(), HasSubstr("results-url is ignored"));
  EXPECT_THAT(lines.str(), HasSubstr("Set public-result-url."));
  EXPECT_THAT(lines.str(), testing::Not(HasSubstr("hunter2")));
}

TEST(PublicAddresses, ShowNoPasswordOfAUrl) {
  for (const std::string flag : {"--public-url", "--public-result-url", "--allowed-origins"}) {
    const auto faults = read({flag, "https://u:hunter2@vote.example"}).faults;
    EXPECT_THAT(faults, ElementsAre(testing::Not(HasSubstr("hunter2")))) << flag;
  }
}

TEST(PublicAddresses, WarnOfAnHttpLinkOnAnHttpsPage) {
  const auto warnings = [](const std::vector<std::string>& arguments) {
    std::ostringstream lines;
    telemetry::Log log(telemetry::LogLevel::info, lines);
    read(arguments).addresses.warn(log);
    return lines.str();
  };
  EXPECT_THAT(warnings({"--public-url", "https://a"}), HasSubstr("Set --public-result-url."));
  EXPECT_EQ(warnings({"--public-url", "https://a", "--public-result-url", "https://b"}), "");
  EXPECT_EQ(warnings({"--public-url", "http://a"}), "");
  EXPECT_EQ(warnings({}), "");
}

TEST(RejectedOrigins, AreLoggedOncePerMinuteWithBothValuesAndTheRemedy) {
  std::ostringstream lines;
  telemetry::Log log(telemetry::LogLevel::info, lines);
  telemetry::RejectedOrigins rejected(log, "--public-url");
  const http::TestRequest request({{"Host", "127.0.0.1:8080"}, {"Origin", "https://vote.example"}}, "");
  rejected.add(request.request);
  rejected.add(request.request);
  EXPECT_THAT(lines.str(), HasSubstr(R"("origin":"https://vote.example","host":"127.0.0.1:8080")"));
  EXPECT_THAT(lines.str(), HasSubstr("set --public-url to"));
  EXPECT_EQ(std::ranges::count(lines.str(), '\n'), 1);
}

}  // namespace
}  // namespace pollux::config
