#include "tracing/otlp_endpoint.hpp"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace pollux::tracing {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(OtlpEndpoint, IsTheBaseUrlOfACollector) {
  const auto endpoint = OtlpEndpoint::parse("http://collector:4318").value();
  EXPECT_EQ(endpoint, (OtlpEndpoint{"collector", 4318, "/v1/traces"}));
  EXPECT_EQ(endpoint.authority(), "collector:4318");
  EXPECT_EQ(endpoint.text(), "http://collector:4318/v1/traces");
  EXPECT_EQ(OtlpEndpoint::parse("http://collector:4318/").value(), endpoint);
}

TEST(OtlpEndpoint, MayHaveAPathAnAddressAndTheDefaultPort) {
  EXPECT_EQ(OtlpEndpoint::parse("http://gateway.example/otlp/%C3%AB/").value(),
            (OtlpEndpoint{"gateway.example", 80, "/otlp/%C3%AB/v1/traces"}));
  const auto ipv6 = OtlpEndpoint::parse("http://[::1]:4318").value();
  EXPECT_EQ(ipv6.host, "::1");
  EXPECT_EQ(ipv6.authority(), "[::1]:4318");
}

TEST(OtlpEndpoint, RejectsOthersAndSaysWhy) {
  const auto why = [](const std::string& text) { return OtlpEndpoint::parse(text).error().message; };
  EXPECT_THAT(why("https://collector:4318"), HasSubstr("https, which is not supported"));
  EXPECT_THAT(why("https://collector:4318"), HasSubstr("collector nearby"));
  EXPECT_THAT(why("grpc://collector:4317"), HasSubstr("http://"));
  EXPECT_THAT(why("collector:4318"), HasSubstr("http://host:port"));
  EXPECT_THAT(why(""), HasSubstr("not a well-formed URL"));
  EXPECT_THAT(why("http://:4318"), HasSubstr("no host"));
  EXPECT_THAT(why("http://collector:0"), HasSubstr("port"));
  EXPECT_THAT(why("http://collector:99999"), HasSubstr("Its form is"));
  EXPECT_THAT(why("http://collector:4318?a=b"), HasSubstr("?"));
  EXPECT_THAT(why("http://collector:4318/#a"), HasSubstr("#"));
  EXPECT_THAT(why("http://user:secret@collector:4318"), HasSubstr("password"));
  EXPECT_THAT(why("http://user:secret@collector:4318"), Not(HasSubstr("secret")));
  EXPECT_THAT(why("http://" + std::string(3000, 'a')), HasSubstr("2048 bytes"));
}

}  // namespace
}  // namespace pollux::tracing
