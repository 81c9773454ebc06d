// Where "See the results" leads.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace pollux::vote {

struct ResultsLink {
  std::string url;         // as configured; wins where it is not empty
  std::uint16_t port = 0;  // of the result page on this same machine

  // The address for a visitor who reached the vote page under `host`, the request's Host field: the same name
  // with the result page's port, so that the link works from a phone as well as on the machine itself.
  std::string address(std::string_view host) const;

  // The same for a projector: the page also shows the vote page's address, which is `vote_url`.
  std::string presenter_address(std::string_view host, std::string_view vote_url) const;
};

}  // namespace pollux::vote
