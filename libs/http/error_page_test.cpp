#include "http/error_page.hpp"

#include <string>

#include <gtest/gtest.h>

namespace pollux::http {
namespace {

class Accepting : public Headers {
 public:
  explicit Accepting(std::string accept) : accept_(std::move(accept)) {}
  std::optional<std::string_view> find(std::string_view name) const override {
    return name == "Accept" && !accept_.empty() ? std::optional<std::string_view>(accept_) : std::nullopt;
  }
  std::size_t count(std::string_view name) const override { return find(name) ? 1 : 0; }

 private:
  std::string accept_;
};

Response shown_to(std::string accept, Response response) {
  const Accepting headers(std::move(accept));
  Request request;
  request.headers = &headers;
  prefer_page([](const Request&, unsigned status) { return html(200, "page of " + std::to_string(status)); },
              request, response);
  return response;
}

std::string header_of(const Response& response, std::string_view name) {
  for (const Header& header : response.headers) {
    if (header.name == name) return header.value;
  }
  return "";
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
