#include "http/client_address.hpp"

#include <algorithm>
#include <charconv>
#include <system_error>

#include <boost/asio/ip/address.hpp>

#include "http/ascii.hpp"

namespace pollux::http {
namespace {

namespace ip = boost::asio::ip;

constexpr std::string_view forwarded_for = "X-Forwarded-For";
constexpr unsigned address_bits = 128;
constexpr unsigned ipv4_prefix_bits = 96;  // of ::ffff:0:0/96
constexpr std::size_t network_bytes = 8;

bool is_ipv4(const IpAddress& address) {
  return ip::address_v6(address).is_v4_mapped();
}

// "192.0.2.1:49152" and "[2001:db8::1]:49152" without the port and the brackets.
std::string_view without_port_and_brackets(std::string_view text) {
  if (text.starts_with('[')) return text.substr(1, text.find(']') - 1);
  return std::ranges::count(text, ':') == 1 ? text.substr(0, text.find(':')) : text;
}

// Removes the last element of a comma-separated list, and returns it.
std::string_view cut_last(std::string_view& list) {
  const std::size_t comma = list.rfind(',');
  const std::string_view last = comma == std::string_view::npos ? list : list.substr(comma + 1);
  list = comma == std::string_view::npos ? std::string_view() : list.substr(0, comma);
  return trim(last);
}

}  // namespace

std::optional<IpAddress> parse_address(std::string_view text) {
  constexpr std::size_t longest = 45;  // "0000:0000:0000:0000:0000:ffff:255.255.255.255"
  if (text.size() > longest || text.find('%') != std::string_view::npos) return std::nullopt;
  boost::system::error_code failed;
  const ip::address address = ip::make_address(std::string(text), failed);
  if (failed) return std::nullopt;
  return address.is_v6() ? address.to_v6().to_bytes()
                         : ip::make_address_v6(ip::v4_mapped, address.to_v4()).to_bytes();
}

IpAddress network_bytes_of(std::string_view address) {
  IpAddress bytes = parse_address(address).value_or(IpAddress{});
  if (!is_ipv4(bytes)) std::fill(bytes.begin() + network_bytes, bytes.end(), std::uint8_t{0});
  return bytes;
}

std::string network_of(std::string_view address) {
  if (!parse_address(address)) return std::string(address);
  const ip::address_v6 network(network_bytes_of(address));
  if (network.is_v4_mapped()) return ip::make_address_v4(ip::v4_mapped, network).to_string();
  return network.to_string() + "/64";
}

std::optional<TrustedProxies::Range> TrustedProxies::parse_range(std::string_view text) {
  const std::size_t slash = text.find('/');
  const std::string_view address_text = text.substr(0, slash);
  const auto address = parse_address(address_text);
  if (!address) return std::nullopt;
  Range range{*address, address_bits};
  if (slash == std::string_view::npos) return range;
  const unsigned prefix = address_text.find(':') == std::string_view::npos ? ipv4_prefix_bits : 0;
  const std::string_view digits = text.substr(slash + 1);
  unsigned bits = 0;
  const auto [end, failed] = std::from_chars(digits.data(), digits.data() + digits.size(), bits);
  const bool is_number = failed == std::errc() && end == digits.data() + digits.size();
  if (!is_number || bits == 0 || bits > address_bits - prefix) return std::nullopt;
  range.bits = prefix + bits;
  return range;
}

Result<TrustedProxies> TrustedProxies::parse(std::span<const std::string> ranges) {
  if (ranges.size() > max_ranges) {
    return invalid("There are more than " + std::to_string(max_ranges) + " ranges of proxies.");
  }
  TrustedProxies proxies;
  for (const std::string& text : ranges) {
    const auto range = parse_range(text);
    if (!range) {
      return invalid("\"" + text +
                     "\" is no address and no range of addresses. Write 192.0.2.1, 10.0.0.0/8 or "
                     "2001:db8::/32. A range of all addresses would let every client choose its own.");
    }
    proxies.ranges_.push_back(*range);
  }
  return proxies;
}

bool TrustedProxies::trusts(const IpAddress& address) const {
  return std::ranges::any_of(ranges_, [&address](const Range& range) {
    const std::size_t whole = range.bits / 8;
    if (!std::equal(address.begin(), address.begin() + whole, range.first.begin())) return false;
    const unsigned rest = range.bits % 8;
    return rest == 0 || (address[whole] ^ range.first[whole]) >> (8 - rest) == 0;
  });
}

bool TrustedProxies::trusts(std::string_view address) const {
  const auto parsed = parse_address(address);
  return parsed && trusts(*parsed);
}

std::string_view TrustedProxies::client(std::string_view peer, const Headers& fields) const {
  if (ranges_.empty() || !trusts(peer)) return peer;
  std::string_view client = peer;
  std::size_t hops = 0;
  for (std::size_t n = fields.count(forwarded_for); n > 0; --n) {
    // A proxy appends to the list, or adds a field below those of the client.
    std::string_view list = fields.nth(forwarded_for, n - 1).value_or("");
    while (!list.empty()) {
      const std::string_view text = without_port_and_brackets(cut_last(list));
      const auto address = parse_address(text);
      if (!address || ++hops > max_hops) return client;
      client = text;
      if (!trusts(*address)) return client;
    }
  }
  return client;
}

}  // namespace pollux::http
