#include <charconv>

#include "http/server.hpp"

namespace pollux::http {

Result<Endpoint> Endpoint::parse(std::string_view text) {
  const auto wrong = [text] {
    return invalid("\"" + std::string(text) + "\" is no address to listen on. Write it as 127.0.0.1:8080, " +
                   "[::1]:8080, localhost:8080 or :8080.");
  };
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos) return wrong();
  auto host = text.substr(0, colon);
  const auto port_text = text.substr(colon + 1);

  std::uint16_t port = 0;
  const auto [end, failed] = std::from_chars(port_text.data(), port_text.data() + port_text.size(), port);
  if (port_text.empty() || failed != std::errc() || end != port_text.data() + port_text.size())
    return wrong();

  if (host == "*") host = {};  // as nginx and others write all addresses
  if (host.starts_with('[') || host.ends_with(']')) {
    if (host.size() < 3 || host.front() != '[' || host.back() != ']') return wrong();
    host = host.substr(1, host.size() - 2);
    if (host.find(':') == std::string_view::npos) return wrong();  // only IPv6 addresses have brackets
  } else if (host.find(':') != std::string_view::npos) {
    return wrong();  // an IPv6 address without brackets could end with a port or with its own last digits
  }
  return Endpoint{std::string(host), port};
}

std::string Endpoint::text() const {
  const bool is_ipv6 = host.find(':') != std::string::npos;
  return (is_ipv6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

}  // namespace pollux::http
