#include "web/error_pages.hpp"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "http/testing/test_request.hpp"

namespace pollux::web {
namespace {

using testing::HasSubstr;
using testing::Not;

struct Asked {
  std::string_view path = "/";
  std::string language = "en";
  http::Method method = http::Method::get;
};

std::string page(const http::ErrorPage& pages, const Asked& asked, unsigned status) {
  http::TestRequest sent({{"Accept-Language", asked.language}});
  sent.request.path = asked.path;
  sent.request.method = asked.method;
  return std::string(pages(sent.request, status).body.view());
}

TEST(ErrorPages, AreInTheVisitorsLanguage) {
  const http::ErrorPage pages = error_pages(Site::vote);
  EXPECT_THAT(page(pages, {}, 404), HasSubstr("<h1>Page not found</h1>"));
  EXPECT_THAT(page(pages, {.language = "de-AT"}, 404), HasSubstr("<h1>Seite nicht gefunden</h1>"));
  EXPECT_THAT(page(pages, {.language = "fr"}, 404), HasSubstr("<h1>Page introuvable</h1>"));
  EXPECT_THAT(page(pages, {.language = "fr"}, 404), HasSubstr("<html lang=\"fr\">"));
}

TEST(ErrorPages, LinkBackFromAnyDepth) {
  const http::ErrorPage pages =
      error_pages(Site::vote, http::PublicUrl::parse("https://example.org/vote/").value());
  EXPECT_THAT(page(pages, {.path = "/x"}, 404), HasSubstr("href=\"./\""));
  EXPECT_THAT(page(pages, {.path = "/x/y/"}, 404), HasSubstr("href=\"./../../\""));
  EXPECT_THAT(page(pages, {.path = "/x/y"}, 404), HasSubstr("href=\"./../assets/error-"));
  EXPECT_THAT(page(pages, {.path = "/vote/x"}, 404), HasSubstr("href=\"./\""));
}

TEST(ErrorPages, LinkToTheirOwnSite) {
  EXPECT_THAT(page(error_pages(Site::vote), {}, 405), HasSubstr("Back to the vote"));
  EXPECT_THAT(page(error_pages(Site::result), {}, 405), HasSubstr("Back to the results"));
}

TEST(ErrorPages, StateTheOutcomeOfAVote) {
  const http::ErrorPage pages = error_pages(Site::vote);
  EXPECT_THAT(page(pages, {.method = http::Method::post}, 503), HasSubstr("It counts only once."));
  EXPECT_THAT(page(pages, {}, 503), Not(HasSubstr("vote could not")));
  EXPECT_THAT(page(pages, {.method = http::Method::post}, 403), HasSubstr("so it was not counted"));
  EXPECT_THAT(page(pages, {.method = http::Method::post}, 408), HasSubstr("so it was not counted"));
  EXPECT_THAT(page(pages, {.method = http::Method::post}, 413), HasSubstr("so your vote was not counted"));
}

TEST(ErrorPages, ExistForEveryStatus) {
  EXPECT_THAT(page(error_pages(Site::result), {}, 418), HasSubstr("<h1>An error occurred</h1>"));
}

}  // namespace
}  // namespace pollux::web
