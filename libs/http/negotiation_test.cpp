#include "http/negotiation.hpp"

#include <string>

#include <gtest/gtest.h>

#include "http/testing/test_request.hpp"

namespace pollux::http {
namespace {

constexpr std::string_view offered[] = {"en", "de", "fr"};

std::string_view preferred(std::string_view accepted) {
  return offered[preferred_language(accepted, offered)];
}

TEST(Languages, PrefersTheHighestWeight) {
  EXPECT_EQ(preferred("de"), "de");
  EXPECT_EQ(preferred("fr;q=0.5, de;q=0.8"), "de");
  EXPECT_EQ(preferred("fr;q=0.9,de;q=0.8,en"), "en");
  EXPECT_EQ(preferred("nl, fr;q=0.3"), "fr");
}

TEST(Languages, IgnoresRegions) {
  EXPECT_EQ(preferred("de-AT,de;q=0.9,en;q=0.8"), "de");
  EXPECT_EQ(preferred("FR-ch, en;q=0.9"), "fr");
  EXPECT_EQ(preferred("den"), "en");
}

TEST(Languages, DefaultsToTheFirst) {
  EXPECT_EQ(preferred(""), "en");
  EXPECT_EQ(preferred("*"), "en");
  EXPECT_EQ(preferred("nl, pl"), "en");
  EXPECT_EQ(preferred(";;,,=q"), "en");
}

TEST(Languages, NeverChoosesWeightZero) {
  EXPECT_EQ(preferred("de;q=0, fr;q=0.1"), "fr");
  EXPECT_EQ(preferred("en;q=0, *;q=0.5"), "de");
}

bool matches(std::string_view tag, const std::string& if_none_match) {
  const TestRequest sent({{"If-None-Match", if_none_match}}, "");
  return is_not_modified(sent.request, tag);
}

TEST(EntityTag, DiffersBetweenVersions) {
  EXPECT_EQ(entity_tag_of("a"), entity_tag_of("a"));
  EXPECT_NE(entity_tag_of("a"), entity_tag_of("b"));
  EXPECT_TRUE(matches(entity_tag_of(""), entity_tag_of("")));
}

TEST(EntityTag, MatchesAListByWeakComparison) {
  for (const auto* known : {"\"1\"", "W/\"1\"", "\"0\", W/\"1\" ,\"2\"", "\"0\",\"1\"", ", \"1\"", "*", " * ",
                            "\"a, b\", \"1\""}) {
    EXPECT_TRUE(matches("\"1\"", known)) << known;
    EXPECT_TRUE(matches("W/\"1\"", known)) << known;
  }
  for (const auto* other : {"", "1", "\"0\"", "\"10\"", "\"1", "\"a, 1\"", "\"a*\"", "\"0\", \"2\""}) {
    EXPECT_FALSE(matches("\"1\"", other)) << other;
  }
  const TestRequest without({}, "");
  EXPECT_FALSE(is_not_modified(without.request, "\"1\""));
}

Response negotiated(const std::string& accept, Response response) {
  std::vector<std::pair<std::string, std::string>> fields;
  if (!accept.empty()) fields.emplace_back("Accept", accept);
  const TestRequest sent(std::move(fields));
  prefer_page([](const Request&, unsigned status) { return html(200, "page of " + std::to_string(status)); },
              sent.request, response);
  return response;
}

TEST(ErrorPage, IsForBrowsersThatLoadAPage) {
  const Response shown = negotiated("text/html,application/xhtml+xml,*/*;q=0.8", text(404, "nothing\n"));
  EXPECT_EQ(shown.status, 404U);
  EXPECT_EQ(shown.body.view(), "page of 404");
  EXPECT_EQ(header_of(shown, "Content-Type"), "text/html; charset=utf-8");
  EXPECT_EQ(header_of(shown, "Vary"), "Accept, Accept-Language");
}

TEST(ErrorPage, IsNotForPrograms) {
  for (const char* accept : {"", "*/*", "application/json", "text/html;q=0, */*"}) {
    const Response shown = negotiated(accept, text(404, "nothing\n"));
    EXPECT_EQ(shown.body.view(), "nothing\n") << accept;
  }
}

TEST(ErrorPage, KeepsOtherFields) {
  const Response shown = negotiated("text/html", text(405, "no\n").set("Allow", "GET"));
  EXPECT_EQ(header_of(shown, "Allow"), "GET");
}

TEST(ErrorPage, KeepsResponsesThatAreNoErrorOrAPageAlready) {
  EXPECT_EQ(negotiated("text/html", text(200, "fine")).body.view(), "fine");
  EXPECT_EQ(negotiated("text/html", html(409, "the vote page")).body.view(), "the vote page");
}

TEST(ErrorPage, NeedsARequestThatWasParsed) {
  Response response = text(400, "bad\n");
  prefer_page([](const Request&, unsigned) { return html(400, "page"); }, Request(), response);
  EXPECT_EQ(response.body.view(), "bad\n");
}

TEST(AcceptedWeight, IsAtMostOne) {
  EXPECT_EQ(accepted_weight("gzip;q=9.9", "gzip"), 1000);
}

}  // namespace
}  // namespace pollux::http
