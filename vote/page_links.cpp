#include "vote/page_links.hpp"

namespace pollux::vote {
namespace {

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

std::string PageLinks::vote_page(std::string_view host) const {
  if (addresses.vote) return addresses.vote->text();
  return (addresses.secure_cookies ? "https://" : "http://") + std::string(host) + "/";
}

std::string PageLinks::result_page(std::string_view host) const {
  if (addresses.result) return addresses.result->text();
  return "http://" + std::string(http::without_port(host)) + ":" + std::to_string(result_port) + "/";
}

std::string PageLinks::presenter_page(std::string_view host) const {
  return result_page(host) + "?present=" + query_value(vote_page(host));
}

bool PageLinks::is_vote_page_on_loopback(std::string_view host) const {
  return http::is_loopback_host(addresses.vote ? addresses.vote->host() : http::host_name_of(host));
}

http::Response lead_to(const std::string& address) {
  http::Response response = http::text(302, "The results are at " + address);
  response.set("Location", address);
  return response;
}

http::Response unknown_host() {
  return http::text(400, "Please send a Host field: the address of the results depends on it.\n");
}

}  // namespace pollux::vote
