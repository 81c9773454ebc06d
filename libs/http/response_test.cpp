#include "http/response.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "http/request.hpp"
#include "http/testing/test_request.hpp"

namespace pollux::http {
namespace {

std::string head_of(const Response& response, const SecurityHeaders& security, bool keep_alive = true) {
  std::string out;
  append_head(out, response, SecurityFields(security), "today", "0123456789abcdef", keep_alive);
  return out;
}

const SecurityHeaders brief{"csp", "permissions", "referrer"};

TEST(ResponseHead, FollowsRfc9112) {
  EXPECT_EQ(head_of(text(404, "none"), brief, false),
            "HTTP/1.1 404 Not Found\r\nDate: today\r\nX-Request-Id: 0123456789abcdef\r\nConnection: close\r\n"
            "Content-Length: 4\r\n"
            "Content-Type: text/plain; charset=utf-8\r\nX-Content-Type-Options: nosniff\r\n"
            "Content-Security-Policy: csp\r\nPermissions-Policy: permissions\r\nReferrer-Policy: referrer\r\n"
            "Cross-Origin-Opener-Policy: same-origin\r\n\r\n");
}

TEST(ResponseHead, HasNoLengthWithoutABody) {
  EXPECT_EQ(head_of(Response{.status = 204}, brief).find("Content-Length"), std::string::npos);
  EXPECT_EQ(head_of(Response{.status = 304}, brief).find("Content-Length"), std::string::npos);
  EXPECT_NE(head_of(Response{.status = 200}, brief).find("Content-Length: 0\r\n"), std::string::npos);
}

TEST(ResponseHead, OmitsSecurityFieldsThatAreEmptyOrSet) {
  const auto head = head_of(text(200, "").set("CONTENT-SECURITY-POLICY", "own"), {"csp", "", "referrer"});
  EXPECT_EQ(head.find("Content-Security-Policy: csp"), std::string::npos);
  EXPECT_NE(head.find("CONTENT-SECURITY-POLICY: own"), std::string::npos);
  EXPECT_EQ(head.find("Permissions-Policy"), std::string::npos);
  EXPECT_NE(head.find("Referrer-Policy: referrer"), std::string::npos);
}

TEST(ResponseHead, SendsHstsIfConfigured) {
  SecurityHeaders security = brief;
  EXPECT_EQ(head_of(text(200, ""), security).find("Strict-Transport-Security"), std::string::npos);
  security.strict_transport_security = "max-age=60";
  EXPECT_NE(head_of(text(200, ""), security).find("\r\nStrict-Transport-Security: max-age=60\r\n"),
            std::string::npos);
}

TEST(HttpDate, IsWrittenAsInRfc9110) {
  EXPECT_EQ(http_date(std::chrono::sys_days(std::chrono::year(1994) / 11 / 6) + std::chrono::hours(8) +
                      std::chrono::minutes(49) + std::chrono::seconds(37)),
            "Sun, 06 Nov 1994 08:49:37 GMT");
}

TEST(FindCookie, FindsTheFirstOfThatName) {
  const TestRequest sent({{"cookie", "a=1; voter_id=abc=; voter_id=2;b"}}, "");
  EXPECT_EQ(find_cookie(sent.request, "voter_id"), "abc=");
  EXPECT_EQ(find_cookie(sent.request, "a"), "1");
  EXPECT_EQ(find_cookie(sent.request, "b"), std::nullopt);
  EXPECT_EQ(find_cookie(sent.request, "voter"), std::nullopt);
  EXPECT_EQ(find_cookie(sent.request, "VOTER_ID"), std::nullopt);
}

TEST(FindCookie, FindsNothingIfNoneWasSent) {
  EXPECT_EQ(find_cookie(TestRequest({}, "").request, "a"), std::nullopt);
  EXPECT_EQ(find_cookie(TestRequest({{"Cookie", ";; ;=;"}}, "").request, "a"), std::nullopt);
}

TEST(ForEachCookie, VisitsAllInOrderUntilStopped) {
  std::vector<std::string> seen;
  for_each_cookie("a=1; b ; a=2;c= 3 ;d=4", [&seen](std::string_view name, std::string_view value) {
    seen.push_back(std::string(name) + "=" + std::string(value));
    return name == "c";
  });
  EXPECT_EQ(seen, (std::vector<std::string>{"a=1", "a=2", "c=3"}));
}

TEST(Cookie, IsHiddenFromScriptsAndOtherSitesByDefault) {
  EXPECT_EQ((Cookie{.name = "a", .value = "1"}).header_value(), "a=1; Path=/; HttpOnly; SameSite=Lax");
  EXPECT_EQ((Cookie{.name = "a",
                    .value = "1",
                    .path = "/p",
                    .max_age = std::chrono::seconds(60),
                    .http_only = false,
                    .secure = true,
                    .same_site = "Strict"})
                .header_value(),
            "a=1; Path=/p; Max-Age=60; Secure; SameSite=Strict");
}

}  // namespace
}  // namespace pollux::http
