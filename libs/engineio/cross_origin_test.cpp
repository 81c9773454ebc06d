#include "engineio/cross_origin.hpp"

#include <gtest/gtest.h>

#include "http/test_request.hpp"

namespace pollux::engineio {
namespace {

using http::TestRequest;
using Fields = std::vector<std::pair<std::string, std::string>>;

std::string field(const http::Response& response, std::string_view name) {
  for (const auto& header : response.headers) {
    if (header.name == name) return header.value;
  }
  return "";
}

Fields fields_from(const std::string& origin) {
  return {{"Host", "www.example"}, {"Origin", origin}};
}

http::Response answer_to(const std::string& origin, const Options& options) {
  const TestRequest request(fields_from(origin), "");
  http::Response response;
  add_cross_origin_fields(response, request.request, options);
  return response;
}

Options allowing(std::vector<std::string> origins, bool credentials = false) {
  Options options;
  options.allowed_origins = std::move(origins);
  options.allow_credentials = credentials;
  return options;
}

TEST(EngineIoCrossOrigin, IsOffByDefault) {
  EXPECT_TRUE(answer_to("https://app.example", {}).headers.empty());
  TestRequest request(
      {{"Host", "www.example"}, {"Origin", "https://app.example"}, {"Access-Control-Request-Method", "GET"}},
      "");
  request.request.method = http::Method::options;
  EXPECT_FALSE(answer_preflight(request.request, {}));
  EXPECT_FALSE(may_connect(request.request, {}));
}

TEST(EngineIoCrossOrigin, LetsTheOwnPageConnect) {
  EXPECT_TRUE(may_connect(TestRequest(fields_from("https://www.example"), "").request, {}));
}

TEST(EngineIoCrossOrigin, TellsOfWhatItRejects) {
  Options options = allowing({"https://app.example"});
  std::vector<std::string> rejected;
  options.on_foreign_origin = [&](const http::Request& request) {
    rejected.emplace_back(request.header("Origin"));
  };
  may_connect(TestRequest(fields_from("https://www.example"), "").request, options);
  may_connect(TestRequest(fields_from("https://evil.example"), "").request, options);
  EXPECT_EQ(rejected, std::vector<std::string>{"https://evil.example"});
}

TEST(EngineIoCrossOrigin, NamesTheOriginThatMayRead) {
  const auto options = allowing({"https://app.example"});
  const auto response = answer_to("https://app.example", options);
  EXPECT_EQ(field(response, "Access-Control-Allow-Origin"), "https://app.example");
  EXPECT_EQ(field(response, "Access-Control-Allow-Credentials"), "");
  EXPECT_EQ(field(response, "Vary"), "Origin");
  EXPECT_TRUE(may_connect(TestRequest(fields_from("https://app.example"), "").request, options));
}

TEST(EngineIoCrossOrigin, TellsOtherOriginsNothing) {
  const auto options = allowing({"https://app.example"});
  const auto response = answer_to("https://evil.example", options);
  EXPECT_EQ(field(response, "Access-Control-Allow-Origin"), "");
  EXPECT_EQ(field(response, "Vary"), "Origin");
  EXPECT_FALSE(may_connect(TestRequest(fields_from("https://evil.example"), "").request, options));
}

TEST(EngineIoCrossOrigin, AllowsCookiesOnlyToNamedOrigins) {
  const auto options = allowing({"*", "https://app.example"}, true);
  EXPECT_EQ(field(answer_to("https://app.example", options), "Access-Control-Allow-Credentials"), "true");
  const auto other = answer_to("https://other.example", options);
  EXPECT_EQ(field(other, "Access-Control-Allow-Origin"), "*");
  EXPECT_EQ(field(other, "Access-Control-Allow-Credentials"), "");
  EXPECT_EQ(field(answer_to("*", options), "Access-Control-Allow-Credentials"), "");
}

TEST(EngineIoCrossOrigin, MayAllowEveryPage) {
  EXPECT_TRUE(may_connect(TestRequest(fields_from("https://any.example"), "").request, allowing({"*"})));
}

TEST(EngineIoCrossOrigin, AnswersThePreflight) {
  TestRequest request(
      {{"Host", "www.example"}, {"Origin", "https://app.example"}, {"Access-Control-Request-Method", "POST"}},
      "");
  request.request.method = http::Method::options;
  const auto answer = answer_preflight(request.request, allowing({"https://app.example"}));
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 204U);
  EXPECT_EQ(field(*answer, "Access-Control-Allow-Origin"), "https://app.example");
  EXPECT_EQ(field(*answer, "Access-Control-Allow-Methods"), "GET, POST");
}

}  // namespace
}  // namespace pollux::engineio
