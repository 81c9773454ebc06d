#include "vote/results_link.hpp"

namespace pollux::vote {
namespace {

std::string_view without_port(std::string_view host) {
  const std::size_t colon = host.rfind(':');
  const bool inside_brackets = host.find(']') != std::string_view::npos && colon < host.find(']');  // [::1]
  return colon == std::string_view::npos || inside_brackets ? host : host.substr(0, colon);
}

// Percent-encoded for a query; what is no part of a usual address too, since a Host field may hold anything.
std::string query_value(std::string_view text) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string encoded;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       std::string_view("-._~:/").find(c) != std::string_view::npos;
    const auto byte = static_cast<unsigned char>(c);
    if (plain) {
      encoded += c;
    } else {
      encoded += {'%', digits[byte / 16], digits[byte % 16]};
    }
  }
  return encoded;
}

}  // namespace

std::string ResultsLink::address(std::string_view host) const {
  if (!url.empty()) return url;
  return "http://" + std::string(without_port(host)) + ":" + std::to_string(port) + "/";
}

std::string ResultsLink::presenter_address(std::string_view host, std::string_view vote_url) const {
  const std::string results = address(host);
  const char separator = results.find('?') == std::string::npos ? '?' : '&';
  return results + separator + "present=" + query_value(vote_url);
}

}  // namespace pollux::vote
