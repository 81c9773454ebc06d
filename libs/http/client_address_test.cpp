#include "http/client_address.hpp"

#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "http/testing/test_request.hpp"

namespace pollux::http {
namespace {

TEST(ParseAddress, AcceptsAddressesOnly) {
  EXPECT_TRUE(parse_address("192.0.2.1"));
  EXPECT_TRUE(parse_address("2001:db8::1"));
  EXPECT_EQ(parse_address("::ffff:192.0.2.1"), parse_address("192.0.2.1"));
  for (const std::string_view text : {"", "unknown", "192.0.2", "192.0.2.1:80", "fe80::1%eth0", "_hidden"}) {
    EXPECT_FALSE(parse_address(text)) << text;
  }
  EXPECT_FALSE(parse_address(std::string(10'000, '1')));
}

TEST(NetworkOf, IsTheSameForAllAddressesOfAClient) {
  EXPECT_EQ(network_of("192.0.2.1"), "192.0.2.1");
  EXPECT_EQ(network_of("::ffff:192.0.2.1"), "192.0.2.1");
  EXPECT_EQ(network_of("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::/64");
  EXPECT_EQ(network_of("2001:db8:1:2::9"), network_of("2001:db8:1:2:3:4:5:6"));
  EXPECT_NE(network_of("2001:db8:1:3::9"), network_of("2001:db8:1:2::9"));
  EXPECT_EQ(network_of(""), "");
  EXPECT_EQ(network_bytes_of("2001:db8:1:2::9"), network_bytes_of("2001:DB8:1:2:3:4:5:6"));
  EXPECT_NE(network_bytes_of("192.0.2.1"), network_bytes_of("192.0.2.2"));
  EXPECT_EQ(network_bytes_of("nonsense"), network_bytes_of(""));
}

TEST(TrustedProxies, RejectsWhatIsNoRange) {
  for (const std::string text : {"", "proxy", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/8x", "2001:db8::/129",
                                 "0.0.0.0/0", "::/0", "10.0.0.0/-1", "/8"}) {
    const auto parsed = TrustedProxies::parse(std::vector{text});
    ASSERT_FALSE(parsed) << text;
    EXPECT_NE(parsed.error().message.find("\"" + text + "\""), std::string::npos);
  }
  EXPECT_FALSE(TrustedProxies::parse(std::vector<std::string>(TrustedProxies::max_ranges + 1, "10.0.0.1")));
}

TEST(TrustedProxies, TrustsTheAddressesOfItsRanges) {
  const std::vector<std::string> ranges{"10.0.0.0/8", "172.16.1.7/12", "192.0.2.1", "2001:db8::/33"};
  const TrustedProxies proxies = TrustedProxies::parse(ranges).value();
  for (const std::string_view address :
       {"10.255.0.1", "172.16.0.0", "172.31.255.255", "192.0.2.1", "2001:db8:7fff::1", "::ffff:10.1.1.1"}) {
    EXPECT_TRUE(proxies.trusts(address)) << address;
  }
  for (const std::string_view address :
       {"11.0.0.1", "172.32.0.0", "192.0.2.2", "2001:db8:8000::1", "::1", "", "a00::"}) {
    EXPECT_FALSE(proxies.trusts(address)) << address;
  }
}

// The client of a request from `peer` with these fields X-Forwarded-For, in their order.
std::string client(const TrustedProxies& proxies, std::string_view peer,
                   const std::vector<std::string>& fields) {
  std::vector<std::pair<std::string, std::string>> headers;
  for (const std::string& field : fields) headers.emplace_back("x-forwarded-for", field);
  const TestRequest request(headers);
  return std::string(proxies.client(peer, request));
}

TEST(TrustedProxies, TakeTheFirstUntrustedAddressFromTheRight) {
  const auto proxies = TrustedProxies::parse(std::vector<std::string>{"10.0.0.0/8", "fd00::/8"}).value();
  EXPECT_EQ(client(proxies, "10.0.0.1", {"192.0.2.1"}), "192.0.2.1");
  EXPECT_EQ(client(proxies, "10.0.0.1", {"198.51.100.9, 192.0.2.1, 10.0.0.2"}), "192.0.2.1")
      << "what the client itself wrote does not count";
  EXPECT_EQ(client(proxies, "10.0.0.1", {"198.51.100.9", "192.0.2.1"}), "192.0.2.1")
      << "a proxy may add a field of its own";
  EXPECT_EQ(client(proxies, "fd00::1", {"[2001:db8::7]:49152 , 10.0.0.2:80"}), "2001:db8::7");
  EXPECT_EQ(client(proxies, "10.0.0.1", {"10.0.0.3, 10.0.0.2"}), "10.0.0.3") << "a client inside";
}

TEST(TrustedProxies, BelieveNobodyElse) {
  const auto proxies = TrustedProxies::parse(std::vector<std::string>{"10.0.0.0/8"}).value();
  EXPECT_EQ(client(proxies, "192.0.2.1", {"198.51.100.9"}), "192.0.2.1");
  EXPECT_EQ(client(proxies, "10.0.0.1", {}), "10.0.0.1");
  EXPECT_EQ(client(TrustedProxies(), "10.0.0.1", {"198.51.100.9"}), "10.0.0.1");
}

TEST(TrustedProxies, StopAtWhatIsNoAddress) {
  const auto proxies = TrustedProxies::parse(std::vector<std::string>{"10.0.0.0/8"}).value();
  for (const std::string nonsense : {"unknown", "", ",,", "[", "[]", "[]:", ":", "192.0.2.1:80:80", "]["}) {
    EXPECT_EQ(client(proxies, "10.0.0.1", {"198.51.100.9, " + nonsense + ", 10.0.0.2"}), "10.0.0.2")
        << nonsense;
  }
  std::string long_chain = "198.51.100.9";
  for (std::size_t n = 0; n < TrustedProxies::max_hops; ++n) long_chain += ", 10.0.0.2";
  EXPECT_EQ(client(proxies, "10.0.0.1", {long_chain}), "10.0.0.2");
}

}  // namespace
}  // namespace pollux::http
