#include "http/error_page.hpp"

#include <string>

#include <gtest/gtest.h>

#include "http/test_request.hpp"

namespace pollux::http {
namespace {

Response shown_to(const std::string& accept, Response response) {
  std::vector<std::pair<std::string, std::string>> fields;
  if (!accept.empty()) fields.emplace_back("Accept", accept);
  const TestRequest sent(std::move(fields));
  prefer_page([](const Request&, unsigned status) { return html(200, "page of " + std::to_string(status)); },
              sent.request, response);
  return response;
}

TEST(ErrorPage, IsForBrowsersThatLoadAPage) {
  const Response shown = shown_to("text/html,application/xhtml+xml,*/*;q=0.8", text(404, "nothing\n"));
  EXPECT_EQ(shown.status, 404U);
  EXPECT_EQ(shown.body.view(), "page of 404");
  EXPECT_EQ(header_of(shown, "Content-Type"), "text/html; charset=utf-8");
  EXPECT_EQ(header_of(shown, "Vary"), "Accept, Accept-Language");
}

TEST(ErrorPage, IsNotForPrograms) {
  for (const char* accept : {"", "*/*", "application/json", "text/html;q=0, */*"}) {
    const Response shown = shown_to(accept, text(404, "nothing\n"));
    EXPECT_EQ(shown.body.view(), "nothing\n") << accept;
  }
}

TEST(ErrorPage, KeepsTheOtherFields) {
  const Response shown = shown_to("text/html", text(405, "no\n").set("Allow", "GET"));
  EXPECT_EQ(header_of(shown, "Allow"), "GET");
}

TEST(ErrorPage, LeavesAloneWhatIsNoErrorOrIsAPageAlready) {
  EXPECT_EQ(shown_to("text/html", text(200, "fine")).body.view(), "fine");
  EXPECT_EQ(shown_to("text/html", html(409, "the vote page")).body.view(), "the vote page");
}

TEST(ErrorPage, NeedsARequestThatCouldBeRead) {
  Response response = text(400, "bad\n");
  prefer_page([](const Request&, unsigned) { return html(400, "page"); }, Request(), response);
  EXPECT_EQ(response.body.view(), "bad\n");
}

}  // namespace
}  // namespace pollux::http
