#include "admin/api_request.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "http/testing/test_request.hpp"

namespace pollux::admin {
namespace {

ApiResult<ApiRequest> copy(std::vector<std::pair<std::string, std::string>> fields,
                           std::string_view query = "") {
  http::TestRequest sent(std::move(fields));
  sent.request.query = query;
  return ApiRequest::copy(sent.request, {{"poll", "0123456789abcdef01234567"}}, "pollux_session");
}

template <class T>
std::string_view code_of(const ApiResult<T>& result) {
  return result ? "" : result.error().code;
}

TEST(ApiRequest, KeepsWhatHandlersNeed) {
  const ApiRequest request = copy({{"Cookie", "a=b; pollux_session=token"},
                                   {"Host", "localhost:8082"},
                                   {"Content-Type", "application/json; charset=utf-8"},
                                   {"Idempotency-Key", "once"}},
                                  "search=a%20b")
                                 .value();
  EXPECT_EQ(request.session, "token");
  EXPECT_EQ(request.host, "localhost:8082");
  EXPECT_TRUE(request.has_json);
  EXPECT_EQ(request.idempotency_key, "once");
  EXPECT_EQ(request.query_text("search"), "a b");
  EXPECT_EQ(request.poll().value().text(), "0123456789abcdef01234567");
}

TEST(ApiRequest, RejectsWhatCanNotBeRead) {
  EXPECT_EQ(code_of(copy({}, "a=%zz")), "bad_request");
  EXPECT_EQ(code_of(copy({{"If-Match", "\"1\""}, {"If-Match", "\"2\""}})), "bad_request");
  EXPECT_EQ(code_of(copy({{"Idempotency-Key", ""}})), "bad_request");
  EXPECT_EQ(code_of(copy({{"Idempotency-Key", "a b"}})), "bad_request");
  EXPECT_EQ(code_of(copy({{"Idempotency-Key", std::string(65, 'x')}})), "bad_request");
  EXPECT_TRUE(copy({{"Idempotency-Key", std::string(64, 'x')}}));
  EXPECT_FALSE(copy({{"Content-Type", "text/json"}}).value().has_json);
}

TEST(ApiRequest, ReadsRevisions) {
  const auto revision = [](const std::string& tag) { return copy({{"If-Match", tag}}).value().revision(); };
  EXPECT_EQ(revision("\"3\"").value(), 3U);
  EXPECT_EQ(copy({}).value().revision().value(), std::nullopt);
  EXPECT_EQ(code_of(copy({}).value().required_revision()), "revision_required");
  for (const char* tag : {"", "3", "\"\"", "\"0\"", "\"-1\"", "W/\"3\"", "\"3\", \"4\"", "*", "\"3a\"",
                          "\"18446744073709551615\""}) {
    EXPECT_EQ(code_of(revision(tag)), "bad_request") << tag;
  }
}

TEST(ApiRequest, ReadsParametersOfTheQuery) {
  const ApiRequest request = copy({}, "limit=20&archived=true&twice=1&twice=2").value();
  EXPECT_EQ(request.query_number("limit", 1, 1, 20).value(), 20U);
  EXPECT_EQ(code_of(request.query_number("limit", 1, 1, 19)), "bad_request");
  EXPECT_EQ(request.query_number("other", 7, 1, 19).value(), 7U);
  EXPECT_TRUE(request.query_flag("archived").value());
  EXPECT_FALSE(request.query_flag("other").value());
  EXPECT_EQ(code_of(request.query_flag("limit")), "bad_request");
  EXPECT_EQ(code_of(request.expect_query({"limit", "archived"})), "bad_request") << "an unknown one";
  EXPECT_EQ(code_of(request.expect_query({"limit", "archived", "twice"})), "bad_request") << "a repeated one";
  EXPECT_TRUE(copy({}, "limit=1").value().expect_query({"limit", "archived"}));
}

TEST(IsId, AcceptsIdsOfThisProgramOnly) {
  EXPECT_TRUE(is_id("0123456789abcdef01234567"));
  for (const std::string_view text : {"", "0123456789abcdef0123456", "0123456789ABCDEF01234567",
                                      "0123456789abcdef012345678", "0123456789abcdeg01234567"}) {
    EXPECT_FALSE(is_id(text)) << text;
  }
}

}  // namespace
}  // namespace pollux::admin
