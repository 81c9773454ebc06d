#include "seed-data/vote_page.hpp"

#include <fstream>
#include <iterator>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/testing/temporary_directory.hpp"

namespace pollux::seed {
namespace {

TEST(ServiceUrl, KnowsHostPortAndTarget) {
  const auto url = ServiceUrl::parse("http://vote.example:5000/poll?id=1#top").value();
  EXPECT_EQ(url.host, "vote.example");
  EXPECT_EQ(url.port, "5000");
  EXPECT_EQ(url.authority, "vote.example:5000");
  EXPECT_EQ(url.target, "/poll?id=1");
  EXPECT_EQ(url.text(), "http://vote.example:5000/poll?id=1");
}

TEST(ServiceUrl, HasDefaults) {
  const auto url = ServiceUrl::parse("http://vote").value();
  EXPECT_EQ(url.host, "vote");
  EXPECT_EQ(url.port, "80");
  EXPECT_EQ(url.target, "/");
  EXPECT_EQ(ServiceUrl::parse("http://vote?x=1").value().target, "/?x=1");
}

TEST(ServiceUrl, AcceptsAnIpv6Address) {
  const auto url = ServiceUrl::parse("http://[::1]:8080").value();
  EXPECT_EQ(url.host, "::1");
  EXPECT_EQ(url.authority, "[::1]:8080");
}

TEST(ServiceUrl, RejectsUnsupportedUrls) {
  for (const char* text : {"", "vote:8080", "127.0.0.1:8080", "https://vote", "ftp://vote", "http://",
                           "http:///x", "http://:80", "http://vote:99999", "http://vote:0", "http://vote:x",
                           "http://me@vote", "http://vo te", "http://vote/\r\nX: y", "/path"}) {
    EXPECT_FALSE(ServiceUrl::parse(text)) << text;
  }
  EXPECT_FALSE(ServiceUrl::parse("http://vote/" + std::string(3000, 'x')));
}

TEST(Requests, AreAFormWithAndWithoutACookie) {
  const VotePlan plan({{"a", 1}, {"option-2", 1}}, 1);
  const Requests requests(ServiceUrl::parse("http://vote:5000/poll").value(), plan);
  const std::string head =
      " /poll HTTP/1.1\r\nHost: vote:5000\r\nUser-Agent: pollux-seed\r\nAccept: text/html\r\n";
  const std::string form = "Content-Type: application/x-www-form-urlencoded\r\n";
  std::string request = "what was there before";
  requests.vote(0, "", request);
  EXPECT_EQ(request, "POST" + head + form + "Content-Length: 6\r\n\r\nvote=a");
  requests.vote(1, "voter_id=x", request);
  EXPECT_EQ(request, "POST" + head + form + "Content-Length: 13\r\nCookie: voter_id=x\r\n\r\nvote=option-2");
  EXPECT_EQ(requests.identity(), "HEAD" + head + "\r\n");
  EXPECT_EQ(requests.page(), "GET" + head + "\r\n");
}

using namespace std::chrono_literals;

TEST(RetryPolicy, RetriesOnlyTransientErrors) {
  for (const unsigned status : {429U, 502U, 503U, 504U}) EXPECT_TRUE(may_succeed_later(status)) << status;
  for (const unsigned status : {200U, 302U, 400U, 403U, 404U, 413U, 500U}) {
    EXPECT_FALSE(may_succeed_later(status)) << status;
  }
}

TEST(RetryPolicy, DoublesThePauseUpToFiveSeconds) {
  Backoff backoff = retry_backoff(1);
  for (const auto whole : {100ms, 200ms, 400ms, 800ms, 1600ms, 3200ms, 5000ms, 5000ms}) {
    const auto pause = pause_before_retry(backoff, {});
    EXPECT_GE(pause, whole / 2);
    EXPECT_LE(pause, whole);
  }
}

TEST(RetryPolicy, WaitsAtLeastAsLongAsTheServiceAsks) {
  Backoff backoff = retry_backoff(1);
  const auto pause = pause_before_retry(backoff, 2s);
  EXPECT_GE(pause, 2050ms);
  EXPECT_LE(pause, 2100ms);
  Backoff another = retry_backoff(1);
  EXPECT_LE(pause_before_retry(another, 3600s), 60100ms) << "at most a minute";
}

TEST(RetryPolicy, ReadsSecondsOnly) {
  EXPECT_EQ(parse_retry_after("5"), 5s);
  EXPECT_EQ(parse_retry_after("999999999999"), 86400s);
  EXPECT_EQ(parse_retry_after("-1"), std::nullopt);
  EXPECT_EQ(parse_retry_after("Fri, 31 Dec 1999 23:59:59 GMT"), std::nullopt);
  EXPECT_EQ(parse_retry_after(""), std::nullopt);
}

std::string content_of(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

TEST(PostData, HoldsOneVoteWithoutANewline) {
  const TemporaryDirectory folder;
  const auto directory = folder.path() / "some" / "where";
  ASSERT_TRUE(make_post_data(directory));
  EXPECT_EQ(content_of(directory / "posta"), "vote=a");
  EXPECT_EQ(content_of(directory / "postb"), "vote=b");
}

TEST(PostData, ReplacesExistingFiles) {
  const TemporaryDirectory folder;
  folder.write("posta", "something longer than a vote");
  ASSERT_TRUE(make_post_data(folder.path()));
  EXPECT_EQ(content_of(folder.path() / "posta"), "vote=a");
}

TEST(PostData, NamesThePathThatCannotBeWritten) {
  const TemporaryDirectory folder;
  const std::string file = folder.write("file", "");
  EXPECT_EQ(make_post_data(file).error().message,
            "The directory " + file + " cannot be created: Not a directory.");
  std::filesystem::create_directory(folder.path() / "posta");
  EXPECT_EQ(make_post_data(folder.path()).error().message,
            "The file " + (folder.path() / "posta").string() + " cannot be written: Is a directory.");
}

}  // namespace

}  // namespace pollux::seed
