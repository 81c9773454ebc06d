#include "http/static_files.hpp"

#include <gtest/gtest.h>

#include "http/response.hpp"
#include "http/testing/test_request.hpp"

namespace pollux::http {
namespace {

constexpr StaticFile files[] = {
    {"/a.css", "text/css", "\"1f\"", true, "plain", "gz", "br"},
    {"/b.js", "text/javascript", "\"2f\"", false, "plain", "", ""},
};

Response serve(std::string_view path, std::vector<std::pair<std::string, std::string>> fields = {}) {
  TestRequest sent(std::move(fields), "");
  sent.request.path = path;
  return StaticFiles(files).serve(sent.request).value();
}

std::string_view body_for(const std::string& accepted) {
  // The bytes are static, so the view outlives the answer.
  return serve("/a.css", {{"Accept-Encoding", accepted}}).body.view();
}

TEST(StaticFiles, ChoosesTheSmallestEncodingThatTheClientAccepts) {
  EXPECT_EQ(body_for("gzip, deflate, br"), "br");
  EXPECT_EQ(body_for("gzip;q=1.0, br;q=0.5"), "gz");
  EXPECT_EQ(body_for("gzip, br;q=0"), "gz");
  EXPECT_EQ(body_for("GZIP"), "gz");
  EXPECT_EQ(body_for("br;q=0.000, gzip; q=0"), "plain");
  EXPECT_EQ(body_for("*"), "br");
  EXPECT_EQ(body_for("*;q=0"), "plain");
  EXPECT_EQ(body_for("br;q=0, *"), "gz");
  EXPECT_EQ(body_for("identity"), "plain");
  EXPECT_EQ(body_for(""), "plain");
  EXPECT_EQ(serve("/a.css").body.view(), "plain");
}

TEST(StaticFiles, NamesTheEncodingAndThatAnswersVary) {
  const auto encoded = serve("/a.css", {{"Accept-Encoding", "br"}});
  EXPECT_EQ(header_of(encoded, "Content-Encoding"), "br");
  EXPECT_EQ(header_of(encoded, "Vary"), "Accept-Encoding");
  EXPECT_EQ(header_of(encoded, "ETag"), "\"1f-br\"");
  EXPECT_EQ(header_of(encoded, "Content-Type"), "text/css");
  const auto plain = serve("/b.js", {{"Accept-Encoding", "br, gzip"}});
  EXPECT_EQ(header_of(plain, "Content-Encoding"), "");
  EXPECT_EQ(header_of(plain, "Vary"), "Accept-Encoding");
  EXPECT_EQ(header_of(plain, "ETag"), "\"2f\"");
}

TEST(StaticFiles, LetsFilesBeCachedThatNeverChange) {
  EXPECT_EQ(header_of(serve("/a.css"), "Cache-Control"), "public, max-age=31536000, immutable");
  EXPECT_EQ(header_of(serve("/b.js"), "Cache-Control"), "no-cache");
}

TEST(StaticFiles, Answers304WhereTheClientHasTheBytes) {
  for (const auto* known : {"\"2f\"", "W/\"2f\"", "\"x\", W/\"2f\" ,\"y\"", "*"}) {
    const auto response = serve("/b.js", {{"If-None-Match", known}});
    EXPECT_EQ(response.status, 304u) << known;
    EXPECT_EQ(response.body.view(), "");
    EXPECT_EQ(header_of(response, "ETag"), "\"2f\"");
    EXPECT_EQ(header_of(response, "Cache-Control"), "no-cache");
  }
  for (const auto* other : {"\"2\"", "2f", "\"2f-br\"", ""}) {
    EXPECT_EQ(serve("/b.js", {{"If-None-Match", other}}).status, 200u) << other;
  }
}

TEST(StaticFiles, ChoosesTheLanguageThatTheClientReads) {
  static constexpr StaticFile pages[] = {
      {.path = "/",
       .content_type = "text/html",
       .etag = "\"1\"",
       .bytes = "yes",
       .gzip = "",
       .brotli = "",
       .language = "en"},
      {.path = "/",
       .content_type = "text/html",
       .etag = "\"2\"",
       .bytes = "oui",
       .gzip = "",
       .brotli = "",
       .language = "fr"},
  };
  const StaticFiles served(pages);
  TestRequest sent({{"Accept-Language", "fr-CH, en;q=0.5"}}, "");
  sent.request.path = "/";
  const auto french = served.serve(sent.request).value();
  EXPECT_EQ(french.body.view(), "oui");
  EXPECT_EQ(header_of(french, "Content-Language"), "fr");
  EXPECT_EQ(header_of(french, "Vary"), "Accept-Encoding, Accept-Language");
  EXPECT_EQ(header_of(french, "ETag"), "\"2\"");
  EXPECT_EQ(served.find("/")->bytes, "yes");
}

TEST(StaticFiles, HasNothingAtOtherPaths) {
  EXPECT_EQ(StaticFiles(files).find("/a.css/"), nullptr);
  EXPECT_EQ(StaticFiles(files).find(""), nullptr);
}

}  // namespace
}  // namespace pollux::http
