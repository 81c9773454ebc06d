#include "result/result_page.hpp"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "http/testing/test_request.hpp"

namespace pollux::result {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr http::Translated templates[] = {
    {"en",
     "{{poll}} {{title}}:{{#rows}} {{label}} {{count}} {{percentage}}{{/rows}} = {{total}}"
     "{{#presenting}} big{{/presenting}}{{#vote_url}} at {{vote_url}}{{/vote_url}}"},
    {"de", "Ergebnisse {{total}}"}};

class ResultPageTest : public testing::Test {
 protected:
  std::shared_ptr<http::TestAnswer> get(std::string_view path = "/",
                                        std::vector<std::pair<std::string, std::string>> fields = {},
                                        std::string_view query = "") {
    return ask(page_, path, std::move(fields), query);
  }

  static std::shared_ptr<http::TestAnswer> ask(ResultPage& page, std::string_view path,
                                               std::vector<std::pair<std::string, std::string>> fields = {},
                                               std::string_view query = "") {
    http::Router router;
    page.add_routes(router);
    http::TestRequest sent(std::move(fields));
    sent.request.path = path;
    sent.request.query = query;
    auto slot = std::make_shared<http::TestAnswer>();
    router(sent.request, http::Reply(slot));
    return slot;
  }

  poll::Results results_{
      poll::PollId::parse("default.2").value(), 1, "Tea?", {{{"a", "<b>"}, 2000}, {{"b", "No"}, 1000}}, 3000};
  config::PublicAddresses addresses_;
  ResultPage page_{{.page_template = templates, .addresses = addresses_}, [this] { return results_; }};
};

TEST_F(ResultPageTest, HasTheCurrentResults) {
  EXPECT_EQ(get()->answer->body.view(), "default.2 Tea?: &lt;b&gt; 2,000 66.7% No 1,000 33.3% = 3,000");
  results_.options[1].count = 4000;
  results_.total = 6000;
  ++results_.version;
  EXPECT_THAT(std::string(get("/index.html")->answer->body.view()), HasSubstr("No 4,000 66.7% = 6,000"));
}

TEST_F(ResultPageTest, IsInTheReadersLanguage) {
  const auto slot = get("/", {{"Accept-Language", "de-AT"}});
  EXPECT_EQ(slot->answer->body.view(), "Ergebnisse 3.000");
  EXPECT_EQ(slot->header("Content-Language"), "de");
}

TEST_F(ResultPageTest, IsSentAgainOnlyIfItChanged) {
  const std::string etag = get()->header("ETag");
  for (const std::string& known : {etag, "W/" + etag, "\"0\", " + etag, std::string("*")}) {
    EXPECT_EQ(get("/", {{"If-None-Match", known}})->answer->status, 304U) << known;
  }
  ++results_.options[0].count;
  EXPECT_EQ(get("/", {{"If-None-Match", etag}})->answer->status, 200U);
}

TEST_F(ResultPageTest, HasAPresenterView) {
  EXPECT_THAT(std::string(get("/", {}, "present=http://h/")->answer->body.view()), HasSubstr(" big"));
}

TEST_F(ResultPageTest, RedirectsToTheVotePageOnTheSameHost) {
  EXPECT_EQ(get("/vote", {{"Host", "h:8081"}})->answer->status, 404U);
  page_.set_vote_port(8080);
  EXPECT_EQ(get("/vote", {{"Host", "h:8081"}})->header("Location"), "http://h:8080/");
  EXPECT_EQ(get("/vote", {{"Host", "[::1]:8081"}})->header("Location"), "http://[::1]:8080/");
  EXPECT_EQ(get("/vote", {{"Host", ""}})->answer->status, 404U);
  EXPECT_THAT(std::string(get()->answer->body.view()), HasSubstr(" at vote"));
}

TEST_F(ResultPageTest, LinksToThePublicUrlOfTheVotePage) {
  config::PublicAddresses addresses;
  addresses.vote = http::PublicUrl::parse("https://example.org/vote").value();
  ResultPage page({.page_template = templates, .addresses = addresses}, [this] { return results_; });
  EXPECT_THAT(ask(page, "/")->body(), HasSubstr(" at https://example.org/vote/"));
}

TEST(NumbersOfTheResultPage, AddUpAndFollowTheLanguage) {
  EXPECT_THAT(tenths_of_percent({1, 1, 1}), ElementsAre(334, 333, 333));
  EXPECT_THAT(tenths_of_percent({0, 0}), ElementsAre(0, 0));
  EXPECT_EQ(number_in("en", 1234567), "1,234,567");
  EXPECT_EQ(number_in("de", 1234567), "1.234.567");
  EXPECT_EQ(number_in("fr", 999), "999");
  EXPECT_EQ(percentage_in("en", 667), "66.7%");
  EXPECT_EQ(percentage_in("de", 50), "5,0\u00a0%");
}

TEST(NumbersOfTheResultPage, MustHaveAFormInEveryLanguageOfThePages) {
  constexpr http::Translated unknown[] = {{"en", "Results"}, {"xx", "Results"}};
  EXPECT_THROW(ResultPage({.page_template = unknown}, nullptr), std::logic_error);
}

}  // namespace
}  // namespace pollux::result
