#include "seed-data/service_url.hpp"

#include <gtest/gtest.h>

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

TEST(ServiceUrl, FillsInWhatIsLeftOut) {
  const auto url = ServiceUrl::parse("http://vote").value();
  EXPECT_EQ(url.host, "vote");
  EXPECT_EQ(url.port, "80");
  EXPECT_EQ(url.target, "/");
  EXPECT_EQ(ServiceUrl::parse("http://vote?x=1").value().target, "/?x=1");
}

TEST(ServiceUrl, UnderstandsAnIpv6Address) {
  const auto url = ServiceUrl::parse("http://[::1]:8080").value();
  EXPECT_EQ(url.host, "::1");
  EXPECT_EQ(url.authority, "[::1]:8080");
}

TEST(ServiceUrl, RefusesWhatItCannotAsk) {
  for (const char* text : {"", "vote:8080", "127.0.0.1:8080", "https://vote", "ftp://vote", "http://",
                           "http:///x", "http://:80", "http://vote:99999", "http://vote:0", "http://vote:x",
                           "http://me@vote", "http://vo te", "http://vote/\r\nX: y", "/path"}) {
    EXPECT_FALSE(ServiceUrl::parse(text)) << text;
  }
  EXPECT_FALSE(ServiceUrl::parse("http://vote/" + std::string(3000, 'x')));
}

}  // namespace
}  // namespace pollux::seed
