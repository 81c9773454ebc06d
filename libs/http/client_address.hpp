// Which client a request comes from, also behind proxies, and which clients count as one.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "http/request.hpp"

namespace pollux::http {

// In network order; IPv4 as ::ffff:192.0.2.1 (RFC 4291, section 2.5.5.2).
using IpAddress = std::array<std::uint8_t, 16>;

// "192.0.2.1", "2001:db8::1"; nothing for any other text, a zone ("fe80::1%eth0") included.
std::optional<IpAddress> parse_address(std::string_view text);

// The same for all addresses of one client: an IPv4 address, or the first 64 bits of an IPv6 address, because
// one client has all that follow. All texts that are no address give the same.
IpAddress network_bytes_of(std::string_view address);
// As text, for people and as a key: "192.0.2.1", "2001:db8:1:2::/64". A text that is no address is returned
// as it is.
std::string network_of(std::string_view address);

// The proxies in front of a server, whose X-Forwarded-For is believed. Immutable; any thread.
class TrustedProxies {
 public:
  static constexpr std::size_t max_ranges = 64;
  // Addresses of X-Forwarded-For that are read, from the right.
  static constexpr std::size_t max_hops = 32;

  TrustedProxies() = default;  // none

  // Each range is an address or a CIDR block: "10.0.0.0/8", "2001:db8::/32", "192.0.2.1". A block of all
  // addresses is an error, because then every client could say which address it has.
  static Result<TrustedProxies> parse(std::span<const std::string> ranges);

  bool empty() const { return ranges_.empty(); }
  bool trusts(std::string_view address) const;

  // The client's address as text, a view into one of the arguments. If the peer is no trusted proxy, that is
  // the peer's. Else it is the first untrusted address of X-Forwarded-For from the right: what is left of it
  // was written by the client. A text that is no address ("unknown") ends the search with the proxy that
  // wrote it, and so does the end of the list. Ports after the addresses are ignored.
  std::string_view client(std::string_view peer, const Headers& fields) const;

 private:
  struct Range {
    IpAddress first{};
    unsigned bits = 0;
  };
  static std::optional<Range> parse_range(std::string_view text);
  bool trusts(const IpAddress& address) const;

  std::vector<Range> ranges_;
};

}  // namespace pollux::http
