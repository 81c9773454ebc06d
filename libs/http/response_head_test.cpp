#include "http/response_head.hpp"

#include <gtest/gtest.h>

namespace pollux::http {
namespace {

std::string head_of(const Response& response, const SecurityHeaders& security, bool keep_alive = true) {
  std::string out;
  append_head(out, response, SecurityFields(security), "today", keep_alive);
  return out;
}

const SecurityHeaders brief{"csp", "permissions", "referrer"};

TEST(ResponseHead, IsWhatRfc9112Says) {
  EXPECT_EQ(
      head_of(text(404, "none"), brief, false),
      "HTTP/1.1 404 Not Found\r\nDate: today\r\nConnection: close\r\nContent-Length: 4\r\n"
      "Content-Type: text/plain; charset=utf-8\r\nX-Content-Type-Options: nosniff\r\n"
      "Content-Security-Policy: csp\r\nPermissions-Policy: permissions\r\nReferrer-Policy: referrer\r\n\r\n");
}

TEST(ResponseHead, HasNoLengthWhereThereIsNoBody) {
  EXPECT_EQ(head_of(Response{.status = 204}, brief).find("Content-Length"), std::string::npos);
  EXPECT_EQ(head_of(Response{.status = 304}, brief).find("Content-Length"), std::string::npos);
  EXPECT_NE(head_of(Response{.status = 200}, brief).find("Content-Length: 0\r\n"), std::string::npos);
}

TEST(ResponseHead, LeavesOutSecurityFieldsThatAreEmptyOrSet) {
  const auto head = head_of(text(200, "").set("CONTENT-SECURITY-POLICY", "own"), {"csp", "", "referrer"});
  EXPECT_EQ(head.find("Content-Security-Policy: csp"), std::string::npos);
  EXPECT_NE(head.find("CONTENT-SECURITY-POLICY: own"), std::string::npos);
  EXPECT_EQ(head.find("Permissions-Policy"), std::string::npos);
  EXPECT_NE(head.find("Referrer-Policy: referrer"), std::string::npos);
}

TEST(ResponseHead, BindsTheHostToTlsWhereAsked) {
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

}  // namespace
}  // namespace pollux::http
