#include "config/tracing_options.hpp"

#include <string>
#include <variant>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace pollux::config {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class TracingOptionsTest : public testing::Test {
 protected:
  TracingOptionsTest() { declare(settings_, options_); }

  // The faults of this environment.
  std::vector<std::string> read(const Environment& environment) {
    return settings_.read({}, environment).faults;
  }
  std::string service_name() const {
    for (const auto& [key, value] : options_.resource().attributes) {
      if (key == "service.name") return std::get<std::string>(value);
    }
    return "";
  }

  Settings settings_{{.name = "pollux-vote", .summary = "Votes."}};
  TracingOptions options_{.program = "pollux-vote"};
};

TEST_F(TracingOptionsTest, AreOffByDefault) {
  EXPECT_THAT(read({}), IsEmpty());
  EXPECT_FALSE(options_.endpoint.has_value());
  EXPECT_EQ(options_.ratio, 0.01);
  EXPECT_EQ(service_name(), "pollux-vote");
}

TEST_F(TracingOptionsTest, HaveTheVariablesOfOpenTelemetry) {
  EXPECT_THAT(read({{"OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector:4318"},
                    {"OTEL_TRACES_SAMPLER_ARG", "0.25"},
                    {"OTEL_SERVICE_NAME", "vote"},
                    {"OTEL_RESOURCE_ATTRIBUTES", "service.name=other,host.name=vote-1"}}),
              IsEmpty());
  EXPECT_EQ(options_.endpoint->text(), "http://collector:4318/v1/traces");
  EXPECT_EQ(options_.ratio, 0.25);
  EXPECT_EQ(service_name(), "vote");
  EXPECT_THAT(options_.resource().attributes, Contains(tracing::Attribute{"host.name", "vote-1"}));
}

TEST_F(TracingOptionsTest, TakeTheServiceFromItsAttributesToo) {
  EXPECT_THAT(read({{"OTEL_RESOURCE_ATTRIBUTES", "service.name=other"}}), IsEmpty());
  EXPECT_EQ(service_name(), "other");
}

TEST_F(TracingOptionsTest, AreRejectedWithTheReason) {
  EXPECT_THAT(read({{"OTEL_EXPORTER_OTLP_ENDPOINT", "https://collector:4318"}}),
              ElementsAre(HasSubstr("https, which is not supported")));
  EXPECT_THAT(read({{"OTEL_RESOURCE_ATTRIBUTES", "production"}}), ElementsAre(HasSubstr("equals sign")));
  for (const char* const ratio : {"-0.1", "1.1", "nan", "inf", "10%", "0.1 ", "one"}) {
    EXPECT_THAT(read({{"OTEL_TRACES_SAMPLER_ARG", ratio}}), ElementsAre(HasSubstr("a number from 0 to 1")))
        << ratio;
  }
}

}  // namespace
}  // namespace pollux::config
