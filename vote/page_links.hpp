// The addresses of the two pages, as a visitor's browser reaches them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "config/public_addresses.hpp"
#include "http/response.hpp"

namespace pollux::vote {

struct PageLinks {
  config::PublicAddresses addresses;  // take precedence if they are set
  std::uint16_t result_port = 0;      // of the result page on this same machine

  // The addresses for a visitor who reached the vote page under `host`, the request's Host field. If they are
  // not set: the same name, so that the link works from a phone as well as on the machine itself.
  std::string vote_page(std::string_view host) const;
  std::string result_page(std::string_view host) const;

  // The result page for a projector, which also shows where to vote.
  std::string presenter_page(std::string_view host) const;

  // Whether the address that a projector would show is on the loopback, so that no phone can reach it.
  bool is_vote_page_on_loopback(std::string_view host) const;
};

// Leads to a result page.
http::Response lead_to(const std::string& address);
// For a request without the Host field on which the address would depend: HTTP/1.0 needs none.
http::Response unknown_host();

}  // namespace pollux::vote
