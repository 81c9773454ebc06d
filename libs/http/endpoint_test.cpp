#include <gtest/gtest.h>

#include "http/server.hpp"

namespace pollux::http {
namespace {

TEST(Endpoint, RoundTrips) {
  for (const auto* text : {"127.0.0.1:8080", "[::1]:8080", "localhost:0", ":65535"}) {
    const auto endpoint = Endpoint::parse(text);
    ASSERT_TRUE(endpoint.has_value()) << text;
    EXPECT_EQ(endpoint->text(), text);
  }
  EXPECT_EQ(Endpoint::parse("[::1]:80").value(), (Endpoint{"::1", 80}));
}

TEST(Endpoint, RefusesOthersAndShowsTheForms) {
  for (const auto* text : {"", "8080", "host", "host:", "host:65536", "host:-1", "host:80a", "::1:80",
                           "[::1]", "[::1:80", "::1]:80", "[]:80", "[*]:80", "[localhost]:80"}) {
    EXPECT_TRUE(Endpoint::parse(text).has_error()) << text;
  }
  EXPECT_EQ(Endpoint::parse("8080").error().message,
            "\"8080\" is no address to listen on. Write it as 127.0.0.1:8080, [::1]:8080, localhost:8080 or "
            ":8080.");
}

TEST(Endpoint, TakesAStarForAllAddresses) {
  EXPECT_EQ(Endpoint::parse("*:8080").value(), (Endpoint{"", 8080}));
}

}  // namespace
}  // namespace pollux::http
